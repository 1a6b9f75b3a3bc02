"""Parts of pages. They draw what they are given and keep no text of their own."""
