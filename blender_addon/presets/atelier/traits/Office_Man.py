import bpy

traits = bpy.context.scene.atelier.traits

traits.top = (0.1686, 0.1843, 0.2275)
traits.bottom = (0.1451, 0.149, 0.1686)
traits.outfit = "business"
traits.hair_style = "side_part"
traits.presentation = 0.05
traits.height = 1.8
traits.build = 0.45
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
