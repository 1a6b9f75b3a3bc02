"""The line that says that the chat model betters what is on the page, with the way to stop that."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.components.markup import message, wait_line

if TYPE_CHECKING:
    from app.improving import Improving


def draw(improving: "Improving[Any] | None", stop: Callable[[str], None], item: str) -> bool:
    """That it is at work, or why it could not; whether it is."""
    if improving is None:
        return False
    if improving.is_over:
        if improving.trouble:
            st.html(f'<p class="ey-small" role="status">{message(improving.trouble)}</p>')
        return False
    with st.container(horizontal=True, vertical_alignment="center", key="ey-plan-work"):
        st.html(wait_line("The chat model looks for better words. You can use the plan already"), width="content")
        st.button("Leave it as it is", type="tertiary", on_click=stop, args=(item,), key="ey-plan-enough")
    return True
