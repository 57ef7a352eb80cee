# SPDX-License-Identifier: MIT-0 (no attribution needed)
extends SceneTree
# Proves the import of this folder: every model that manifest.json lists is loaded and compared with what was exported.
# Run it when Godot has imported the project; it ends with exit code 1 after any fault:
#   godot --headless --path PROJECT --script res://FOLDER/check_import.gd

const MILLIMETRE := 0.001
const MODELS := ["static", "skeletal", "scene"]

var faults := 0


func _initialize() -> void:
	var folder: String = get_script().resource_path.get_base_dir()
	if not folder.ends_with("/"):
		folder += "/"
	var text := FileAccess.get_file_as_string(folder + "manifest.json")
	var manifest: Variant = JSON.parse_string(text) if text else null
	if not manifest is Dictionary or manifest.get("generator") != "avatar-atelier":
		fault("manifest.json", "is missing or not of this export")
		quit(1)
		return
	var models := 0
	for entry in manifest["files"]:
		var path: String = folder + entry["path"]
		if not FileAccess.file_exists(path):
			fault(entry["path"], "is missing")
			continue
		if FileAccess.get_sha256(path) != entry["sha256"]:
			fault(entry["path"], "is not what was exported (checksum)")
		if entry["kind"] in MODELS:
			models += 1
			check_model(path, entry)
	if models == 0:
		fault("manifest.json", "lists no model")
	print("Atelier: %d models, %d faults" % [models, faults])
	quit(1 if faults else 0)


func fault(file: String, what: String) -> void:
	faults += 1
	printerr("Atelier: %s %s" % [file, what])


func check_model(path: String, entry: Dictionary) -> void:
	var file: String = entry["path"]
	var packed: Variant = load(path) if ResourceLoader.exists(path) else null
	if not packed is PackedScene:
		fault(file, "is not imported: open the project in Godot once, or run godot --headless --path PROJECT --import")
		return
	var scene: Node = packed.instantiate()
	var found := {"materials": {}, "bones": {}, "shape_keys": {}, "clips": {}, "nodes": {}, "triangles": 0}
	var box: Array = [Vector3.INF, -Vector3.INF]
	collect(scene, Transform3D.IDENTITY, found, box)
	scene.free()
	compare(file, entry, found)
	if entry.has("dimensions"):
		compare_size(file, "the model", box[1] - box[0], entry["dimensions"])
	var nodes: Dictionary = entry.get("nodes", {})
	for name in nodes:
		if found["nodes"].has(name):
			compare_size(file, name, found["nodes"][name], nodes[name])
		else:
			fault(file, "comes without the object %s" % name)


func compare(file: String, entry: Dictionary, found: Dictionary) -> void:
	if found["triangles"] != int(entry["triangles"]):
		fault(file, "has %d triangles, not %d" % [found["triangles"], entry["triangles"]])
	var wanted := {
		"materials": entry.get("materials", []),
		"bones": entry.get("bones", {}).values(),
		"shape_keys": entry.get("shape_keys", []),
	}
	for kind in wanted:
		for name in wanted[kind]:
			if not found[kind].has(name):
				fault(file, "comes without %s in its %s" % [name, kind])
	for clip in entry.get("clips", []):
		if not found["clips"].has(clip["name"]):
			fault(file, "comes without the clip %s" % clip["name"])
		elif absf(found["clips"][clip["name"]] - clip["seconds"]) > 0.5 / clip["fps"]:
			fault(file, "has a clip %s of %.3f s, not %.3f s" % [clip["name"], found["clips"][clip["name"]], clip["seconds"]])


# The manifest gives width, depth and height; Godot's Y is up.
func compare_size(file: String, name: String, size: Vector3, wanted: Array) -> void:
	var far: Vector3 = (size - Vector3(wanted[0], wanted[2], wanted[1])).abs()
	if maxf(far.x, maxf(far.y, far.z)) > MILLIMETRE:
		fault(file, "has %s of %s m (width, height, depth), not %s" % [name, size, wanted])


func collect(node: Node, above: Transform3D, found: Dictionary, box: Array) -> void:
	var here := above
	if node is Node3D:
		here = above * node.transform
	if node is Skeleton3D:
		for bone in node.get_bone_count():
			found["bones"][node.get_bone_name(bone)] = true
	if node is AnimationPlayer:
		for clip in node.get_animation_list():
			found["clips"][String(clip)] = node.get_animation(clip).length
	if node is MeshInstance3D and node.mesh != null:
		collect_mesh(node, here, found, box)
	for child in node.get_children():
		collect(child, here, found, box)


func collect_mesh(node: MeshInstance3D, here: Transform3D, found: Dictionary, box: Array) -> void:
	var low := Vector3.INF
	var high := -Vector3.INF
	for shape in node.mesh.get_blend_shape_count():
		found["shape_keys"][String(node.mesh.get_blend_shape_name(shape))] = true
	for surface in node.mesh.get_surface_count():
		var material: Material = node.mesh.surface_get_material(surface)
		if material != null:
			found["materials"][material.resource_name] = true
		var arrays: Array = node.mesh.surface_get_arrays(surface)
		var points: PackedVector3Array = arrays[Mesh.ARRAY_VERTEX]
		var corners: Variant = arrays[Mesh.ARRAY_INDEX]
		found["triangles"] += (corners.size() if corners else points.size()) / 3
		for point in points:
			low = low.min(point)
			high = high.max(point)
			var at: Vector3 = here * point
			box[0] = box[0].min(at)
			box[1] = box[1].max(at)
	found["nodes"][String(node.name)] = (high - low) * here.basis.get_scale().abs()
