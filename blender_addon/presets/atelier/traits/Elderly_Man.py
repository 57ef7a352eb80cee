import bpy

traits = bpy.context.scene.atelier.traits

traits.hair = (0.7882, 0.7765, 0.7529)
traits.top = (0.4196, 0.4157, 0.3608)
traits.bottom = (0.2902, 0.2745, 0.251)
traits.outfit = "casual"
traits.hair_style = "short_crop"
traits.presentation = 0.05
traits.height = 1.7
traits.age = 74.0
traits.build = 0.6
traits.use_skin = False
traits.use_hair = True
traits.use_eye = False
traits.use_top = True
traits.use_bottom = True
traits.use_outfit = True
traits.use_outfit_seed = False
traits.use_hair_style = True
traits.use_presentation = True
traits.use_height = True
traits.use_build = True
traits.use_age = True
traits.use_weight = False
traits.use_muscle = False
traits.use_truncation = False
