import bpy

traits = bpy.context.scene.atelier.traits

traits.top = (0.3569, 0.6078, 0.749)
traits.bottom = (0.3569, 0.6078, 0.749)
traits.outfit = "medical"
traits.hair_style = "ponytail"
traits.presentation = 0.9
traits.use_skin = False
traits.use_hair = False
traits.use_eye = False
traits.use_top = True
traits.use_bottom = True
traits.use_outfit = True
traits.use_outfit_seed = False
traits.use_hair_style = True
traits.use_presentation = True
traits.use_height = False
traits.use_build = False
traits.use_age = False
traits.use_weight = False
traits.use_muscle = False
traits.use_truncation = False
