"""Parts of the description of the API that come from elsewhere in the code."""
