import bpy

traits = bpy.context.scene.atelier.traits

traits.top = (0.3529, 0.3569, 0.2392)
traits.bottom = (0.3098, 0.3137, 0.2196)
traits.outfit = "military"
traits.hair_style = "buzz"
traits.presentation = 0.1
traits.height = 1.82
traits.build = 0.5
traits.use_skin = False
traits.use_hair = False
traits.use_eye = False
traits.use_top = True
traits.use_bottom = True
traits.use_outfit = True
traits.use_outfit_seed = False
traits.use_hair_style = True
traits.use_presentation = True
traits.use_height = True
traits.use_build = True
traits.use_age = False
traits.use_weight = False
traits.use_muscle = False
traits.use_truncation = False
