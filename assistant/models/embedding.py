"""The embedding model as a LangChain `Embeddings`, for chains and vector stores of one's own beside the guide."""

from langchain_core.embeddings import Embeddings

from assistant.models.encoder import MiniLMEncoder


class MiniLMEmbeddings(MiniLMEncoder, Embeddings):
    """The product's encoder under LangChain's names."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """(n, 384) unit vectors as lists."""
        return [list(map(float, row)) for row in self.encode(texts)]

    def embed_query(self, text: str) -> list[float]:
        """`embed_documents` for one text."""
        return self.embed_documents([text])[0]
