import bpy

traits = bpy.context.scene.atelier.traits

traits.top = (0.9333, 0.9451, 0.9529)
traits.bottom = (0.2941, 0.3333, 0.3882)
traits.outfit = "medical"
traits.use_skin = False
traits.use_hair = False
traits.use_eye = False
traits.use_top = True
traits.use_bottom = True
traits.use_outfit = True
traits.use_outfit_seed = False
traits.use_hair_style = False
traits.use_presentation = False
traits.use_height = False
traits.use_build = False
traits.use_age = False
traits.use_weight = False
traits.use_muscle = False
traits.use_truncation = False
