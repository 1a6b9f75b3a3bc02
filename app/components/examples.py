"""Invented notes to try the check with, one click each. The people in them do not exist."""

from assistant.roles import Role

NOTES = {
    Role.MENTOR: """\
Session 2, Thursday 14:00, his office. I had prepared the overview of our build tools and walked him through all 38 \
slides. He nodded a lot, and I never asked him anything.

He joined twenty minutes late, answered messages while I set up and had to leave early for the next meeting.

I had meant to bring up the release weekends, but I did not dare to say it to a director.

The mood was good, and he never once checked his phone during the demo. We agreed that he sits in on an onboarding day \
before we meet again.""",
    Role.MENTEE: """\
Second session with Lina, squeezed in between the board call and my flight: we had fifteen minutes instead of \
forty-five, and I took two calls in them.

She told me that the engineers stop speaking up once I am in the room. I told her that this is not true and explained \
why they do not see the whole picture. She went quiet and did not bring it up again.

Last time I had promised to sit in on an onboarding day. I have not done it, and we did not talk about it.""",
}
"""A note by each side."""

TRANSCRIPT = """\
Session 3. Mentor: Lina. Mentee: Henrik.

Lina: Thanks for making the time. I thought I would show you how our build works, because everybody complains about \
it and nobody explains it. So the first thing is the registry, and in front of it sits the cache, and what that means \
is that the second build skips all of this.
Henrik: Okay.
Lina: And the next thing you have to know is how the layers are keyed. Every layer has a hash, and when somebody \
changes the base image then all hashes change, and that is why Mondays are slow. Then there is the nightly job, which \
rebuilds everything, and the job before it, which cleans up.
Henrik: Right.
Lina: And then the runners. We have twelve of them, four are reserved for releases, and they are configured in three \
places, which I think is one reason why it takes so long for new people.
Henrik: How long does it take a new joiner to get a first working build?
Lina: Nine days.
Henrik: Nine days? I had no idea. What happens in those nine days?
Lina: They wait for accounts, mostly. What did you think it would be?
Henrik: A morning, honestly. When I started we had one machine and a sheet of paper. I remember my first day, I broke \
the build before lunch and someone sat down with me until it worked.
Lina: That is what people miss now. What would you need to see to believe it is worth fixing?
Henrik: I would like to sit in on an onboarding day and just watch. Can you take me along to the next one?
Lina: Yes, the next one is on the second of April. I will send you the place tonight.
Henrik: Good. Then I come, and I take the nine days to the other leads afterwards."""
"""A talk that begins as a presentation and turns."""
INVENTED = frozenset({*NOTES.values(), TRANSCRIPT})
"""All of them: nobody's own words."""
