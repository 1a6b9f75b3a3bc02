"""The messages of Streamlit's web socket, written and read as its own page in the browser does.

The one importer of Streamlit's message definitions: they come with the server that is spoken with, so that both
always agree. Pure: no socket, no time.
"""

from collections.abc import Iterable
from typing import NamedTuple

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

Value = str | bool | int | list[str]
DONE = ForwardMsg.FINISHED_SUCCESSFULLY
BROKEN = ForwardMsg.FINISHED_WITH_COMPILE_ERROR
_FIELDS = {
    "button": "trigger_value",
    "checkbox": "bool_value",
    "text_input": "string_value",
    "text_area": "string_value",
    "selectbox": "string_value",
    "button_group": "string_array_value",
    "multiselect": "string_array_value",
    "date_input": "string_array_value",
    "number_input": "double_value",
    "pagination": "int_value",
}
"""Kind of a widget to the field that carries its value; a chat input has a message of its own."""
_TRIGGERS = ("trigger_value", "chat_input_value")
"""Values that hold for one run."""


class Widget(NamedTuple):
    """A widget on the page."""

    id: str
    kind: str
    label: str

    @property
    def key(self) -> str:
        """The key that the app gave it, or `None` in letters."""
        return self.id.split("-", 2)[-1]


class Request(NamedTuple):
    """What a browser says about itself with every run that it asks for."""

    query: str = ""
    page: str = ""
    """Part of the address after the host, for the first run of a tab."""
    page_hash: str = ""
    """Streamlit's own name of the page, for every later run."""
    fragment: str = ""
    cached: tuple[str, ...] = ()
    """Hashes of messages that the browser still has."""
    url: str = ""


def rerun(request: Request, states: Iterable[WidgetState]) -> bytes:
    """The message that asks for a run of the page, or of one fragment."""
    message = BackMsg()
    state = message.rerun_script
    state.query_string, state.page_name, state.page_script_hash = request.query, request.page, request.page_hash
    state.fragment_id, state.is_auto_rerun = request.fragment, bool(request.fragment)
    state.cached_message_hashes.extend(request.cached)
    state.widget_states.widgets.extend(states)
    state.context_info.url, state.context_info.timezone, state.context_info.locale = request.url, "UTC", "en"
    return bytes(message.SerializeToString())


def set_to(widget: Widget, value: Value) -> WidgetState:
    """The state of a widget after somebody used it."""
    state = WidgetState(id=widget.id)
    if widget.kind == "chat_input":
        state.chat_input_value.data = str(value)
    elif isinstance(value, list):
        getattr(state, _FIELDS[widget.kind]).data.extend(value)
    else:
        setattr(state, _FIELDS[widget.kind], value)
    return state


def is_trigger(state: WidgetState) -> bool:
    """Whether the value is over after the run that it began."""
    return state.WhichOneof("value") in _TRIGGERS


def read(frame: bytes) -> ForwardMsg:
    """One message of the server."""
    message = ForwardMsg()
    message.ParseFromString(frame)
    return message


def widget_of(element: Element) -> Widget | None:
    """The widget that an element is, or None."""
    kind = element.WhichOneof("type")
    inner = getattr(element, kind) if kind in _FIELDS or kind == "chat_input" else None
    if inner is None or not inner.id:
        return None
    return Widget(id=inner.id, kind=str(kind), label=getattr(inner, "label", ""))


def trouble_in(element: Element) -> str:
    """What an element says went wrong, as a page that could not be drawn does; empty for every other."""
    kind = element.WhichOneof("type")
    if kind == "exception":
        return element.exception.message or element.exception.type
    return element.alert.body if kind == "alert" and element.alert.format == element.alert.ERROR else ""
