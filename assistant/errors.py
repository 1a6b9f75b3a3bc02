"""The exception tree. Every message says what, which (`!r`) and how to fix it, in one line.

EyelevelError
├── SettingsError            a setting has a value that cannot work
├── InputError               a question or a file cannot be taken as it is
├── KnowledgeError           an article or a source list of the guide is malformed
├── LoadError                one document cannot be read (ingest reports it and goes on)
├── GuideIndexError
│   ├── IndexMissing         nothing was ingested yet
│   ├── IndexDamaged         files are missing, truncated or changed
│   ├── IndexMismatch        built with another model or format
│   └── IndexBusy            another process is ingesting            (retryable)
├── TooFewPairs              a cycle of themes cannot be closed yet
├── PromptError              a prompt file or its variables are wrong
├── ModelError
│   ├── ModelMissing         weights or a package are not there
│   ├── ModelUnavailable     the server cannot be reached or refuses   (retryable)
│   ├── ModelTimeout         no answer in time                         (retryable)
│   ├── ModelBusy            the waiting line is full                  (retryable)
│   └── ModelRefused         this person did not say yes to this model
└── StoreError
    ├── StoreUnavailable     the database cannot be opened or written
    ├── StoreDamaged         the database is corrupt
    ├── KeyMissing           the key to stored texts is not there or unusable
    ├── AccessDenied         this actor may not do this
    └── TooManyAttempts      too many failed sign-ins                  (retryable)
"""


class EyelevelError(Exception):
    """Root of every error that Eyelevel raises on purpose; `str()` is one plain line for a person."""

    retryable = False
    """Whether the same call may succeed a little later without any change."""


class SettingsError(EyelevelError):
    """A setting has a value that cannot work."""


class InputError(EyelevelError):
    """A question or a file cannot be taken as it is."""


class KnowledgeError(EyelevelError):
    """An article or the source list of the guide is malformed."""


class LoadError(EyelevelError):
    """One document cannot be read; an ingest reports it and goes on."""


class GuideIndexError(EyelevelError):
    """The guide's index cannot be used."""


class IndexMissing(GuideIndexError):
    """Nothing was ingested yet."""


class IndexDamaged(GuideIndexError):
    """Files of the index are missing, truncated or changed."""


class IndexMismatch(GuideIndexError):
    """The index was built with another embedding model or format."""


class IndexBusy(GuideIndexError):
    """Another process is ingesting."""

    retryable = True


class TooFewPairs(EyelevelError):
    """A cycle of themes cannot be closed yet, because too few pairs contributed to it."""

    def __init__(self, needs: int) -> None:
        """`needs`: how many more distinct pairs must contribute, at least 1."""
        self.needs = needs
        more = "1 more pair has" if needs == 1 else f"{needs} more pairs have"
        super().__init__(
            f"Too few pairs contributed since the last release to show nobody among them: {more} to save something "
            "that they let be counted; publish again then."
        )


class PromptError(EyelevelError):
    """A prompt file or the variables given to it are wrong."""


class ModelError(EyelevelError):
    """A model cannot be used."""


class ModelMissing(ModelError):
    """Weights or a package are not there."""


class ModelUnavailable(ModelError):
    """The model's server cannot be reached or refuses."""

    retryable = True


class ModelTimeout(ModelError):
    """The model gave no answer in time."""

    retryable = True


class ModelBusy(ModelError):
    """Too many people are waiting for the model already."""

    retryable = True


class ModelRefused(ModelError):
    """The model is not on this machine, and the person did not say yes to it."""


class StoreError(EyelevelError):
    """The database cannot do what was asked."""


class StoreUnavailable(StoreError):
    """The database cannot be opened or written."""


class StoreDamaged(StoreError):
    """The database is corrupt."""


class KeyMissing(StoreError):
    """The key to stored texts is not there, or cannot be used."""


class AccessDenied(StoreError):
    """This actor may not do this."""


class TooManyAttempts(StoreError):
    """Too many failed sign-ins, of an account or from an address."""

    retryable = True
