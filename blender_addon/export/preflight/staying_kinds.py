"""What a check says of things that stay behind in an export."""

from __future__ import annotations

from .finding import ALWAYS, Kind

_NO_FACES = "Engines draw faces. It is left out of the export."
_TO_MESH = "Convert it to a mesh, or leave it out on purpose."

KINDS = {
    "hair_curves": Kind("warning", "hair curves without faces", _NO_FACES, _TO_MESH, title="hair curves, no faces"),
    "point_cloud": Kind("warning", "a point cloud without faces", _NO_FACES, _TO_MESH, title="point cloud, no faces"),
    "volume": Kind("warning", "a volume without faces", _NO_FACES, _TO_MESH),
    "grease_pencil": Kind(
        "warning", "grease pencil strokes without faces", _NO_FACES, _TO_MESH, title="grease pencil, no faces"
    ),
    "camera_stays": Kind(
        "info",
        "a camera, which stays behind",
        "Engines have cameras of their own.",
        "Export for Godot, the web or OpenUSD, with Cameras on, or switch Scene File on; no file holds panoramas.",
        title="camera left out",
    ),
    "light_stays": Kind(
        "info",
        "a light, which stays behind",
        "Engines light a scene in their own units.",
        "Export for Godot, the web or OpenUSD, with Lights on, or switch Scene File on; glTF has no area lights.",
        title="light left out",
    ),
    "light_nodes_stay": Kind(
        "warning",
        "nodes of a light, of which the file has its own color and strength alone",
        "Files know one color and one strength of a light: no pictures, profiles or falloffs.",
        "Say color and strength in the light itself, or leave it out on purpose.",
        title="light nodes left out",
    ),
    "empties_stay": Kind(
        "info",
        "{number} empties and parents, which are left out",
        "Every object stands where it is and moves as it does, since the animation of its parents is in its own; "
        "the hierarchy of the scene is not in the file.",
        "Switch Empties on in the export options, where the target takes a whole scene.",
        title="empties left out",
    ),
    "bare_armature": Kind(
        "info",
        "an armature without a mesh, which is left out with its animation",
        "A skeleton is exported with what it moves.",
        "Give it a mesh, or retarget its animation to a character.",
        title="armature without a mesh",
    ),
    "armature_motion": Kind(
        "info",
        "animation of the armature object itself, which goes into its bones",
        "A character's file stands at its origin; the clip moves its top bones as far as the object moves.",
        "Nothing to do.",
        on_copies=ALWAYS,
        title="armature object motion",
    ),
    "clip_trimmed": Kind(
        "info",
        "strip {strip} plays frames {start} to {end} of an action that has {first} to {last}",
        "The clip is what the strip plays.",
        "Lengthen the strip, or play the action without one, if the clip shall have all of it.",
        title="trimmed clips",
    ),
    "motion_stays": Kind(
        "warning",
        "animation of the object itself, which stays behind",
        "Models for this engine hold one object at rest. Only bones move in them.",
        "Animate a bone that holds the object, or export for Godot or the web.",
        title="object motion left out",
    ),
    "bones_motion_stays": Kind(
        "warning",
        "animation of bones, which stays behind",
        "Files for this target hold the skeleton at rest, and no clips.",
        "Export for Unity, Unreal, Godot or the web as well.",
        title="bone motion left out",
    ),
    "properties_motion_stays": Kind(
        "info",
        "animated custom properties, which stay as they are now: {names}",
        "What they drive is in the clips; their own values over time are not.",
        "Animate them in the engine.",
        title="animated properties",
    ),
    "keys_motion_stays": Kind(
        "warning",
        "animation of shape keys, which stays behind",
        "Files for this target hold the keys and not their curves.",
        "Export for Godot or the web, or animate the keys in the engine.",
        title="key motion left out",
    ),
    "material_motion_stays": Kind(
        "warning",
        "animation of material {material}, which stays behind",
        "Models hold materials as they are at the current frame.",
        "Animate the material in the engine.",
        title="material motion left out",
    ),
    "keys_may_be_lost": Kind(
        "warning",
        "shape keys behind modifiers that make new vertices: {modifiers}",
        "Where a key gives other vertices than the basis, the shape that shows is exported without shape keys.",
        "Apply these modifiers, or switch them off.",
        title="shape keys at risk",
    ),
    "key_values_settled": Kind(
        "info",
        "shape key values, which become the shape at rest",
        "The format has shape keys without values.",
        "Nothing to do; the object looks as shown.",
        on_copies=ALWAYS,
        title="shape key values applied",
    ),
    "keys_switched_off": Kind(
        "info",
        "shape keys that are switched off or move nothing: {names}",
        "They are left out of the file.",
        "Switch them on, if you want them.",
        title="shape keys without use",
    ),
    "keys_begin": Kind(
        "info",
        "animated shape keys, which begin with the values of frame {frame}",
        "While no clip plays, the file shows what you see now.",
        "Go to another frame before the export, if you want others.",
        title="animated shape keys",
    ),
    "properties_stay": Kind(
        "info",
        "custom properties that stay behind: {names}",
        "Paths, scripts, long texts and nested data do not leave this machine.",
        "Use numbers or short words, or switch Custom Properties on.",
        title="properties left out",
    ),
    "actions_left": Kind(
        "info",
        "animation that is not chosen and is left out: {names}",
        "The export options say which actions become clips.",
        "Choose All Actions, if you want it.",
        title="actions left out",
    ),
    "rest_pose": Kind(
        "info",
        "a pose that shows and is left out",
        "The export options ask for the rest pose.",
        "Choose another pose in the options, if you want what you see.",
        title="pose left out",
    ),
    "vrm_pose": Kind(
        "info",
        "a pose that shows and is left out: the VRM file has the rest pose",
        "Springs, constraints and applications begin from the T-pose that the avatar rests in.",
        "Choose another pose in the options, if you want what you see.",
        title="pose left out",
    ),
    "shown_pose": Kind(
        "info",
        "the pose that shows becomes the rest pose",
        "The file begins with what you see. Of an animated armature its own rest pose is taken.",
        "Clear the pose first, if you want the rest pose.",
        on_copies=ALWAYS,
        title="pose becomes rest pose",
    ),
    "second_armature": Kind(
        "warning",
        "a second armature: {others}",
        "A skin belongs to one skeleton in a file; the other one is left out.",
        "Join the armatures, or split the mesh.",
        title="a second armature",
    ),
    "object_on_bone": Kind(
        "info",
        "hangs on the bone {bone} and becomes part of the skeleton's file",
        "It moves with the bone in every engine.",
        "Nothing to do.",
        on_copies=ALWAYS,
        title="objects on bones",
    ),
}
