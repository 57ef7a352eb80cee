"""The Export tab in simplified Chinese, by its English."""
