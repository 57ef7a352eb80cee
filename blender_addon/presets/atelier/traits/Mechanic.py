import bpy

traits = bpy.context.scene.atelier.traits

traits.top = (0.1843, 0.2902, 0.4275)
traits.bottom = (0.1843, 0.2902, 0.4275)
traits.outfit = "utility"
traits.hair_style = "short_crop"
traits.build = 0.55
traits.use_skin = False
traits.use_hair = False
traits.use_eye = False
traits.use_top = True
traits.use_bottom = True
traits.use_outfit = True
traits.use_outfit_seed = False
traits.use_hair_style = True
traits.use_presentation = False
traits.use_height = False
traits.use_build = True
traits.use_age = False
traits.use_weight = False
traits.use_muscle = False
traits.use_truncation = False
