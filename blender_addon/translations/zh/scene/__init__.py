"""The Scene tab in simplified Chinese, by its English."""
