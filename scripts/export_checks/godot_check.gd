extends SceneTree
# Loads every model that a clean project has imported and compares it with expected.json; the first argument after -- is
# a folder for pictures, used where there is a display. Ends with exit code 1 after any fault.

const MILLIMETRE := 0.001

var faults: Array = []


func _initialize() -> void:
	var file := FileAccess.open("res://expected.json", FileAccess.READ)
	var expected: Dictionary = JSON.parse_string(file.get_as_text())
	var loaded := 0
	for path in expected["models"]:
		if check_model(path, expected["models"][path]):
			loaded += 1
	for path in expected["textures"]:
		var texture: Variant = load("res://" + path)
		if not texture is Texture2D:
			fault(path, "does not load as a texture")
	for one in faults:
		print("FAULT\t%s\t%s" % one)
	print("LOADED\t%d" % loaded)
	quit(1 if faults else 0)


func fault(path: String, what: String) -> void:
	faults.append([path, what])


func check_model(path: String, wanted: Dictionary) -> bool:
	var packed: Variant = load("res://" + path)
	if not packed is PackedScene:
		fault(path, "does not load as a scene")
		return false
	var scene: Node = packed.instantiate()
	var facts := {"bones": {}, "shapes": {}, "clips": {}, "materials": {}, "boxes": []}
	collect(scene, Transform3D.IDENTITY, facts)
	compare_box(path, wanted, facts["boxes"])
	for kind in ["bones", "shapes", "clips", "materials"]:
		for name in wanted[kind]:
			if not facts[kind].has(name):
				fault(path, "comes without %s in its %s" % [name, kind])
	for name in wanted["clips"]:
		if facts["clips"].has(name) and absf(facts["clips"][name] - wanted["clips"][name]) > 0.02:
			fault(path, "has a clip %s of %.3f s, not %.3f s" % [name, facts["clips"][name], wanted["clips"][name]])
	scene.free()
	return true


func compare_box(path: String, wanted: Dictionary, boxes: Array) -> void:
	if boxes.is_empty():
		fault(path, "comes without a mesh")
		return
	var whole: AABB = boxes[0]
	for box in boxes:
		whole = whole.merge(box)
	var low := Vector3(wanted["low"][0], wanted["low"][1], wanted["low"][2])
	var high := Vector3(wanted["high"][0], wanted["high"][1], wanted["high"][2])
	var far: Vector3 = (whole.position - low).abs().max((whole.end - high).abs())
	if maxf(far.x, maxf(far.y, far.z)) > MILLIMETRE:
		fault(path, "has the box %s to %s, not %s to %s" % [whole.position, whole.end, low, high])


func collect(node: Node, above: Transform3D, facts: Dictionary) -> void:
	var here := above
	if node is Node3D:
		here = above * node.transform
	if node is Skeleton3D:
		for bone in node.get_bone_count():
			facts["bones"][node.get_bone_name(bone)] = true
	if node is AnimationPlayer:
		for clip in node.get_animation_list():
			facts["clips"][clip] = node.get_animation(clip).length
	if node is MeshInstance3D and node.mesh != null:
		facts["boxes"].append(box_of(node, here))
		for at in node.mesh.get_blend_shape_count():
			facts["shapes"][node.mesh.get_blend_shape_name(at)] = true
		for surface in node.mesh.get_surface_count():
			var material: Material = node.mesh.surface_get_material(surface)
			if material != null:
				facts["materials"][material.resource_name] = true
	for child in node.get_children():
		collect(child, here, facts)


# The vertices themselves: an AABB of the mesh is turned with its node and grows.
func box_of(node: MeshInstance3D, here: Transform3D) -> AABB:
	var low := Vector3.INF
	var high := -Vector3.INF
	for surface in node.mesh.get_surface_count():
		for point in node.mesh.surface_get_arrays(surface)[Mesh.ARRAY_VERTEX]:
			var at: Vector3 = here * point
			low = low.min(at)
			high = high.max(at)
	return AABB(low, high - low)
