"""The checks of an exported folder, one module per family. They read the files and share no code with the exporter."""
