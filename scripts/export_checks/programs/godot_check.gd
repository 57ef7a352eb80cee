extends SceneTree
# Loads every model that a clean project has imported and compares it with expected.json. With --pictures after -- and a
# display it draws each one: as it is, with a bone turned, and the head with a shape key. Exit code 1 after any fault.

const MILLIMETRE := 0.001
const PANEL := Vector2i(640, 640)

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
	if "--pictures" in OS.get_cmdline_user_args() and DisplayServer.get_name() != "headless":
		await process_frame  # until then nothing is in the tree, and cameras cannot be turned
		for path in expected["models"]:
			await draw_model(path, expected["models"][path])
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


func draw_model(path: String, wanted: Dictionary) -> void:
	var packed: Variant = load("res://" + path)
	if not packed is PackedScene:
		return
	var view := SubViewport.new()
	view.size = PANEL
	view.own_world_3d = true
	view.msaa_3d = Viewport.MSAA_4X
	view.render_target_update_mode = SubViewport.UPDATE_ALWAYS
	root.add_child(view)
	var scene: Node = packed.instantiate()
	view.add_child(scene)
	hide_for_engines(scene)
	light(view)
	var low := Vector3(wanted["low"][0], wanted["low"][1], wanted["low"][2])
	var high := Vector3(wanted["high"][0], wanted["high"][1], wanted["high"][2])
	var whole := AABB(low, high - low)
	var camera := Camera3D.new()
	camera.fov = 35
	view.add_child(camera)
	aim(camera, whole)
	var panels: Array[Image] = [await shot(view)]
	var skeletons := scene.find_children("*", "Skeleton3D", true, false)
	var turned := ""
	for skeleton: Skeleton3D in skeletons:
		var bone: int = skeleton.find_bone(wanted["turn"])
		if bone >= 0:
			turned = wanted["turn"]
			var turn := Quaternion(Vector3.UP, 1.0)
			skeleton.set_bone_pose_rotation(bone, turn_in_world(skeleton, bone, turn))
	if turned:
		panels.append(await shot(view))
	for skeleton: Skeleton3D in skeletons:
		var head: int = skeleton.find_bone(wanted["head"])
		if head < 0:
			continue
		for mesh: MeshInstance3D in scene.find_children("*", "MeshInstance3D", true, false):
			var at := mesh.find_blend_shape_by_name(wanted["express"])
			if at >= 0:
				mesh.set_blend_shape_value(at, 1.0)
		var size := whole.size.y * 0.17
		var here: Vector3 = (skeleton.global_transform * skeleton.get_bone_global_pose(head)).origin
		aim(camera, AABB(here + Vector3(-size / 2, -size * 0.15, -size / 2), Vector3(size, size, size)))
		panels.append(await shot(view))
	var picture := Image.create_empty(PANEL.x * panels.size(), PANEL.y, false, Image.FORMAT_RGB8)
	for at in panels.size():
		panels[at].convert(Image.FORMAT_RGB8)
		picture.blit_rect(panels[at], Rect2i(Vector2i.ZERO, PANEL), Vector2i(PANEL.x * at, 0))
	picture.save_png("res://picture_%s.png" % path.replace("/", "_"))
	view.free()


# Colliders and lower levels in FBX files are for the import of other engines; Godot would show all in one place.
func hide_for_engines(scene: Node) -> void:
	var names := RegEx.create_from_string("^(COL|UCX|UBX|USP|UCP)_|_LOD[1-9]")
	for mesh: MeshInstance3D in scene.find_children("*", "MeshInstance3D", true, false):
		mesh.visible = names.search(mesh.name) == null


# The pose of a bone that turns it about an axis of the world, whatever its own axes are.
func turn_in_world(skeleton: Skeleton3D, bone: int, turn: Quaternion) -> Quaternion:
	var parent := skeleton.get_bone_parent(bone)
	var above := skeleton.global_transform.basis
	if parent >= 0:
		above = above * skeleton.get_bone_global_pose(parent).basis
	var outer := above.get_rotation_quaternion()
	return outer.inverse() * turn * outer * skeleton.get_bone_pose_rotation(bone)


func light(view: SubViewport) -> void:
	var sun := DirectionalLight3D.new()
	sun.shadow_enabled = true
	sun.light_energy = 0.4
	sun.rotation_degrees = Vector3(-50, 25, 0)
	view.add_child(sun)
	var surroundings := WorldEnvironment.new()
	surroundings.environment = Environment.new()
	surroundings.environment.background_mode = Environment.BG_COLOR
	surroundings.environment.background_color = Color(0.42, 0.44, 0.47)
	surroundings.environment.ambient_light_source = Environment.AMBIENT_SOURCE_COLOR
	surroundings.environment.ambient_light_color = Color(1, 1, 1)
	surroundings.environment.ambient_light_energy = 0.25
	view.add_child(surroundings)


# From the front and a little from the right; flat scenes are looked at from above.
func aim(camera: Camera3D, what: AABB) -> void:
	var centre := what.get_center()
	var flat := what.size.y < maxf(what.size.x, what.size.z) / 4
	var away := Vector3(0.35, 0.9 if flat else 0.25, 1).normalized()
	var far := what.size.length() * 1.25
	for step in 8:
		camera.look_at_from_position(centre + away * far, centre)
		var reach := 0.0
		for at in 8:
			var seen := camera.global_transform.affine_inverse() * what.get_endpoint(at)
			var slope := tan(deg_to_rad(camera.fov / 2)) * maxf(-seen.z, 0.001)
			reach = maxf(reach, maxf(absf(seen.x), absf(seen.y)) / slope)
		far *= reach / 0.95
	camera.near = far / 100
	camera.far = far * 4
	for sun: DirectionalLight3D in camera.get_parent().find_children("*", "DirectionalLight3D", false, false):
		sun.directional_shadow_max_distance = far + what.size.length()


func shot(view: SubViewport) -> Image:
	for step in 4:
		await process_frame
	await RenderingServer.frame_post_draw
	return view.get_texture().get_image()
