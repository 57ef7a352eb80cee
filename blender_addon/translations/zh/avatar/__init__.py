"""The Avatar tab in simplified Chinese, by its English."""
