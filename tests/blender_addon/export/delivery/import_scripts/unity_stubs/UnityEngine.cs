// The part of UnityEngine that the import scripts use, by Unity 2021.3's scripting reference: signatures to compile
// against, and the arithmetic that a test runs. Nothing here draws or loads.

using System;
using System.Collections.Generic;

namespace UnityEngine
{
    public class Object
    {
        public string name { get; set; }
        public static void DestroyImmediate(Object one) { }
    }

    public struct Vector3
    {
        public float x, y, z;
        public Vector3(float x, float y, float z) { this.x = x; this.y = y; this.z = z; }
        public float this[int index] { get { return index == 0 ? x : index == 1 ? y : z; } }
        public static float Dot(Vector3 a, Vector3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
        public static Vector3 Scale(Vector3 a, Vector3 b) { return new Vector3(a.x * b.x, a.y * b.y, a.z * b.z); }
        public static Vector3 Cross(Vector3 a, Vector3 b)
        {
            return new Vector3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
        }
    }

    public struct Quaternion
    {
        public float x, y, z, w;
        public Quaternion(float x, float y, float z, float w) { this.x = x; this.y = y; this.z = z; this.w = w; }
    }

    public struct Color
    {
        public float r, g, b, a;
        public Color(float r, float g, float b, float a) { this.r = r; this.g = g; this.b = b; this.a = a; }
        public static Color white { get { return new Color(1, 1, 1, 1); } }
        public Color gamma { get { return this; } }
        public float maxColorComponent { get { return Math.Max(r, Math.Max(g, b)); } }
    }

    public struct Bounds
    {
        public Vector3 center { get; set; }
        public Vector3 size { get; set; }
    }

    public class Component : Object
    {
        public GameObject gameObject { get { return null; } }
        public Transform transform { get { return null; } }
        public T GetComponent<T>() { return default(T); }
        public T[] GetComponentsInChildren<T>(bool includeInactive) { return new T[0]; }
    }

    public class Transform : Component
    {
        public Transform parent { get; set; }
        public Vector3 localPosition { get; set; }
        public Quaternion localRotation { get; set; }
        public Vector3 localScale { get; set; }
    }

    public sealed class GameObject : Object
    {
        public GameObject(string name) { }
        public Transform transform { get { return null; } }
        public T AddComponent<T>() where T : Component { return default(T); }
        public T GetComponent<T>() { return default(T); }
        public T[] GetComponentsInChildren<T>(bool includeInactive) { return new T[0]; }
    }

    public struct Vector2 { public float x; public float y; }

    public class Mesh : Object
    {
        public Bounds bounds { get; set; }
        public Vector3[] vertices { get; set; }
        public int[] triangles { get; set; }
        public void GetUVs(int channel, System.Collections.Generic.List<Vector2> uvs) { }
        public void SetUVs(int channel, System.Collections.Generic.List<Vector2> uvs) { }
    }

    public class MeshFilter : Component { public Mesh sharedMesh { get; set; } }
    public class Renderer : Component { }
    public class MeshRenderer : Renderer { }
    public class Collider : Component { }

    public class BoxCollider : Collider
    {
        public Vector3 center { get; set; }
        public Vector3 size { get; set; }
    }

    public class SphereCollider : Collider
    {
        public Vector3 center { get; set; }
        public float radius { get; set; }
    }

    public class CapsuleCollider : Collider
    {
        public Vector3 center { get; set; }
        public float radius { get; set; }
        public float height { get; set; }
        public int direction { get; set; }
    }

    public class MeshCollider : Collider
    {
        public Mesh sharedMesh { get; set; }
        public bool convex { get; set; }
    }

    public struct LOD { public LOD(float screenRelativeTransitionHeight, Renderer[] renderers) { } }

    public class LODGroup : Component
    {
        public void SetLODs(LOD[] lods) { }
        public void RecalculateBounds() { }
    }

    public class Texture : Object { }
    public sealed class Shader : Object { public static Shader Find(string name) { return null; } }

    [Flags]
    public enum MaterialGlobalIlluminationFlags
    {
        None = 0, RealtimeEmissive = 1, BakedEmissive = 2, EmissiveIsBlack = 4, AnyEmissive = 3
    }

    public class Material : Object
    {
        public Material(Shader shader) { }
        public Shader shader { get; set; }
        public int renderQueue { get; set; }
        public bool doubleSidedGI { get; set; }
        public MaterialGlobalIlluminationFlags globalIlluminationFlags { get; set; }
        public void SetColor(string name, Color value) { }
        public void SetFloat(string name, float value) { }
        public void SetTexture(string name, Texture value) { }
        public void SetOverrideTag(string tag, string value) { }
        public void EnableKeyword(string keyword) { }
        public void DisableKeyword(string keyword) { }
    }

    public struct HumanLimit { public bool useDefaultValues { get; set; } }

    public struct HumanBone
    {
        public HumanLimit limit;
        public string boneName { get; set; }
        public string humanName { get; set; }
    }

    public struct SkeletonBone
    {
        public string name { get; set; }
        public Vector3 position { get; set; }
        public Quaternion rotation { get; set; }
        public Vector3 scale { get; set; }
    }

    public struct HumanDescription
    {
        public HumanBone[] human;
        public SkeletonBone[] skeleton;
    }

    public static class JsonUtility { public static T FromJson<T>(string json) { return default(T); } }

    public static class Debug
    {
        public static void LogWarning(object message) { }
        public static void LogError(object message) { }
    }
}

namespace UnityEngine.Rendering
{
    public abstract class RenderPipelineAsset : Object { }

    public static class GraphicsSettings
    {
        public static RenderPipelineAsset currentRenderPipeline { get { return null; } }
    }

    public enum CullMode { Off, Front, Back }
    public enum BlendMode { Zero, One, DstColor, SrcColor, OneMinusDstColor, SrcAlpha, OneMinusSrcColor, DstAlpha,
        OneMinusDstAlpha, SrcAlphaSaturate, OneMinusSrcAlpha }
    public enum RenderQueue { Background = 1000, Geometry = 2000, AlphaTest = 2450, Transparent = 3000 }
}
