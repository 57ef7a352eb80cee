"""The built-in body: MakeHuman's base mesh and targets (CC0) evaluated in numpy.

``body_file`` reads the shipped data, ``sliders`` lists what can be set, ``traits`` holds one person's values,
``macros`` and ``model`` turn them into a mesh, ``rig`` and ``poses`` give it a skeleton, ``expressions`` a face.
"""
