"""The checks of an exported folder, one file a family. They read the files alone and share no code with the exporter."""
