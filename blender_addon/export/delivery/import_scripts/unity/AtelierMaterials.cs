// SPDX-License-Identifier: MIT-0 (no attribution needed)
// Materials from atelier_import.json for the pipeline that the project uses: URP, HDRP or Built-in.

using System;
using System.Collections.Generic;
using System.Reflection;
using UnityEditor;
using UnityEngine;
using UnityEngine.Rendering;

namespace AtelierImport_000000
{
    public static class MaterialBuilder
    {
        /// <summary>Materials by name, in the folder Materials beside the models; those there already stay as they are.</summary>
        public static Dictionary<string, Material> Build(ImportData data, bool renew)
        {
            if (!AssetDatabase.IsValidFolder(data.folder + "/Materials"))
            {
                AssetDatabase.CreateFolder(data.folder, "Materials");
            }
            Dictionary<string, Material> made = new Dictionary<string, Material>();
            foreach (Surface surface in data.materials)
            {
                string path = data.folder + "/Materials/" + surface.name + ".mat";
                Material material = AssetDatabase.LoadAssetAtPath<Material>(path);
                if (material == null)
                {
                    material = new Material(FindShader());
                    Fill(material, surface, data.folder);
                    AssetDatabase.CreateAsset(material, path);
                }
                else if (renew)
                {
                    material.shader = FindShader();
                    Fill(material, surface, data.folder);
                    EditorUtility.SetDirty(material);
                }
                made[surface.name] = material;
            }
            return made;
        }

        private static string PipelineName()
        {
            RenderPipelineAsset pipeline = GraphicsSettings.currentRenderPipeline;
            return pipeline == null ? "" : pipeline.GetType().Name;
        }

        private static Shader FindShader()
        {
            string pipeline = PipelineName();
            string name = "Standard";
            if (pipeline.StartsWith("HD"))
            {
                name = "HDRP/Lit";
            }
            else if (pipeline != "")
            {
                name = "Universal Render Pipeline/Lit";
            }
            Shader shader = Shader.Find(name);
            if (shader == null)
            {
                throw new InvalidOperationException("Atelier: the shader " + name + " is not in this project.");
            }
            return shader;
        }

        private static void Fill(Material material, Surface surface, string folder)
        {
            string pipeline = PipelineName();
            if (pipeline.StartsWith("HD"))
            {
                FillHighDefinition(material, surface, folder);
            }
            else if (pipeline != "")
            {
                FillUniversal(material, surface, folder);
            }
            else
            {
                FillStandard(material, surface, folder);
            }
        }

        private static void FillUniversal(Material material, Surface surface, string folder)
        {
            material.SetColor("_BaseColor", Tint(surface));
            SetMap(material, "_BaseMap", surface.baseMap, folder, "");
            SetMap(material, "_BumpMap", surface.normalMap, folder, "_NORMALMAP");
            SetMap(material, "_MetallicGlossMap", surface.maskMap, folder, "_METALLICSPECGLOSSMAP");
            SetMap(material, "_OcclusionMap", surface.maskMap, folder, "_OCCLUSIONMAP");
            material.SetFloat("_Metallic", surface.metallic);
            material.SetFloat("_Smoothness", surface.maskMap == "" ? 1f - surface.roughness : 1f);
            // Universal's emission is a high-range color, which Unity takes as linear.
            SetEmission(material, "_EmissionMap", surface, Linear(surface.emission), folder);
            material.SetFloat("_Cull", (float)(surface.doubleSided ? CullMode.Off : CullMode.Back));
            material.doubleSidedGI = surface.doubleSided;
            material.SetFloat("_Surface", surface.alphaMode == "blend" ? 1f : 0f);
            material.SetFloat("_AlphaClip", surface.alphaMode == "mask" ? 1f : 0f);
            SetKeyword(material, "_SURFACE_TYPE_TRANSPARENT", surface.alphaMode == "blend");
            SetAlpha(material, surface);
        }

        private static void FillStandard(Material material, Surface surface, string folder)
        {
            material.SetColor("_Color", Tint(surface));
            SetMap(material, "_MainTex", surface.baseMap, folder, "");
            SetMap(material, "_BumpMap", surface.normalMap, folder, "_NORMALMAP");
            SetMap(material, "_MetallicGlossMap", surface.maskMap, folder, "_METALLICGLOSSMAP");
            SetMap(material, "_OcclusionMap", surface.maskMap, folder, "");
            material.SetFloat("_Metallic", surface.metallic);
            material.SetFloat("_Glossiness", 1f - surface.roughness);
            material.SetFloat("_GlossMapScale", 1f);
            // Standard's emission is an ordinary color, which Unity takes as sRGB.
            SetEmission(material, "_EmissionMap", surface, Linear(surface.emission).gamma, folder);
            material.SetFloat("_Mode", surface.alphaMode == "blend" ? 3f : surface.alphaMode == "mask" ? 1f : 0f);
            SetKeyword(material, "_ALPHAPREMULTIPLY_ON", surface.alphaMode == "blend");
            SetAlpha(material, surface);
            if (surface.alphaMode == "blend")
            {
                material.SetFloat("_SrcBlend", (float)BlendMode.One);
            }
            if (surface.doubleSided)
            {
                Debug.LogWarning("Atelier: " + surface.name + " has two sides, which the Standard shader cannot show.");
            }
        }

        private static void FillHighDefinition(Material material, Surface surface, string folder)
        {
            material.SetColor("_BaseColor", Tint(surface));
            SetMap(material, "_BaseColorMap", surface.baseMap, folder, "");
            SetMap(material, "_NormalMap", surface.normalMap, folder, "_NORMALMAP");
            SetKeyword(material, "_NORMALMAP_TANGENT_SPACE", surface.normalMap != "");
            SetMap(material, "_MaskMap", surface.maskMap, folder, "_MASKMAP");
            material.SetFloat("_Metallic", surface.metallic);
            material.SetFloat("_Smoothness", 1f - surface.roughness);
            material.SetColor("_EmissiveColor", Linear(surface.emission));
            material.SetFloat("_UseEmissiveIntensity", 0f);
            SetMap(material, "_EmissiveColorMap", surface.emissionMap, folder, "_EMISSIVE_COLOR_MAP");
            material.SetFloat("_SurfaceType", surface.alphaMode == "blend" ? 1f : 0f);
            material.SetFloat("_AlphaCutoffEnable", surface.alphaMode == "mask" ? 1f : 0f);
            material.SetFloat("_AlphaCutoff", surface.alphaCutoff);
            material.SetFloat("_DoubleSidedEnable", surface.doubleSided ? 1f : 0f);
            material.doubleSidedGI = surface.doubleSided;
            Validate(material);
        }

        /// <summary>HDRP derives keywords and passes from these values itself; its class is there only with its package.</summary>
        private static void Validate(Material material)
        {
            Type type = Type.GetType(
                "UnityEngine.Rendering.HighDefinition.HDMaterial, Unity.RenderPipelines.HighDefinition.Runtime");
            MethodInfo method = type == null ? null : type.GetMethod("ValidateMaterial", new[] { typeof(Material) });
            if (method == null)
            {
                type = Type.GetType(
                    "UnityEditor.Rendering.HighDefinition.HDShaderUtils, Unity.RenderPipelines.HighDefinition.Editor");
                method = type == null ? null : type.GetMethod("ResetMaterialKeywords", new[] { typeof(Material) });
            }
            if (method != null)
            {
                method.Invoke(null, new object[] { material });
            }
        }

        /// <summary>Blending, cut-out and queue of Universal and Standard, whose properties have the same names.</summary>
        private static void SetAlpha(Material material, Surface surface)
        {
            bool blend = surface.alphaMode == "blend";
            bool mask = surface.alphaMode == "mask";
            material.SetFloat("_Cutoff", surface.alphaCutoff);
            material.SetFloat("_SrcBlend", (float)(blend ? BlendMode.SrcAlpha : BlendMode.One));
            material.SetFloat("_DstBlend", (float)(blend ? BlendMode.OneMinusSrcAlpha : BlendMode.Zero));
            material.SetFloat("_ZWrite", blend ? 0f : 1f);
            SetKeyword(material, "_ALPHATEST_ON", mask);
            material.SetOverrideTag("RenderType", blend ? "Transparent" : mask ? "TransparentCutout" : "Opaque");
            RenderQueue queue = blend ? RenderQueue.Transparent : mask ? RenderQueue.AlphaTest : RenderQueue.Geometry;
            material.renderQueue = (int)queue;
        }

        private static void SetEmission(Material material, string map, Surface surface, Color color, string folder)
        {
            bool shines = surface.emissionMap != "" || color.maxColorComponent > 0f;
            SetMap(material, map, surface.emissionMap, folder, "");
            material.SetColor("_EmissionColor", color);
            SetKeyword(material, "_EMISSION", shines);
            material.globalIlluminationFlags = shines
                ? MaterialGlobalIlluminationFlags.BakedEmissive
                : MaterialGlobalIlluminationFlags.EmissiveIsBlack;
        }

        private static void SetMap(Material material, string property, string file, string folder, string keyword)
        {
            Texture texture = file == "" ? null : AssetDatabase.LoadAssetAtPath<Texture>(folder + "/" + file);
            if (file != "" && texture == null)
            {
                Debug.LogWarning("Atelier: the texture " + file + " is missing.");
            }
            material.SetTexture(property, texture);
            if (keyword != "")
            {
                SetKeyword(material, keyword, texture != null);
            }
        }

        private static void SetKeyword(Material material, string keyword, bool on)
        {
            if (on)
            {
                material.EnableKeyword(keyword);
            }
            else
            {
                material.DisableKeyword(keyword);
            }
        }

        /// <summary>A map holds the color, and where it has an alpha that too; Unity takes plain colors as sRGB.</summary>
        private static Color Tint(Surface surface)
        {
            Color color = surface.baseMap == "" ? Linear(surface.baseColor).gamma : Color.white;
            color.a = surface.baseMap == "" ? surface.alpha : 1f;
            return color;
        }

        private static Color Linear(float[] rgb)
        {
            return new Color(rgb[0], rgb[1], rgb[2], 1f);
        }
    }
}
