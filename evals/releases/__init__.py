"""Attacks on releases: made-up programmes, a dashboard without protection beside them, and those who want to know more.

`make` draws programmes, `naive` is the dashboard, the others attack, or measure what is still worth reading. An
attacker is given what a manager's browser receives, everything that is known in a company (who is paired with whom,
the teams, who contributed to which cycle), and nothing else. Every draw comes from a seed.
"""
