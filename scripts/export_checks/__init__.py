"""The checks of an exported folder, one file a family. They read the files and share no code with the exporter."""
