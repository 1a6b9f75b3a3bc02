"""The guide's hybrid search as a LangChain `BaseRetriever`, for chains and for anyone who knows LangChain."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from assistant.guide.search import HybridSearch


class GuideRetriever(BaseRetriever):
    """Returns the k best passages; metadata carries id, document, title, heading and score."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search: HybridSearch
    k: int = 5

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002
    ) -> list[Document]:
        return [
            Document(
                id=hit.passage.id,
                page_content=hit.passage.text,
                metadata={
                    "document": hit.passage.document,
                    "title": hit.passage.title,
                    "heading": hit.passage.heading,
                    "score": hit.score,
                },
            )
            for hit in self.search.search(query, self.k)
        ]
