import bpy

traits = bpy.context.scene.atelier.traits

traits.top = (0.7098, 0.2784, 0.2353)
traits.bottom = (0.2314, 0.2902, 0.3882)
traits.outfit = "casual"
traits.hair_style = "long_straight"
traits.presentation = 0.9
traits.height = 1.66
traits.build = 0.3
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
