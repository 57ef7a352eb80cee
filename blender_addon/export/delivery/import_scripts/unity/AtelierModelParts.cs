// SPDX-License-Identifier: MIT-0 (no attribution needed)
// Colliders from COL_ nodes and level-of-detail groups from _LOD nodes of an imported model.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.RegularExpressions;
using UnityEngine;

namespace AtelierImport_000000
{
    public static class ModelParts
    {
        private static readonly Regex ColliderName = new Regex("^COL_(BOX|SPHERE|CAPSULE|CONVEX)_");
        private static readonly Regex LodName = new Regex("^(.+)_LOD([0-9]+)$");

        /// <summary>Unity reads light maps on the second UV set; what lies there changes places with them.</summary>
        public static void MoveLightmap(GameObject root, Model model)
        {
            if (!model.lightmapUv || model.lightmapChannel < 2)
            {
                return;
            }
            foreach (MeshFilter filter in root.GetComponentsInChildren<MeshFilter>(true))
            {
                if (filter.sharedMesh == null || ColliderName.IsMatch(filter.name))
                {
                    continue;
                }
                List<Vector2> lightmap = new List<Vector2>();
                List<Vector2> second = new List<Vector2>();
                filter.sharedMesh.GetUVs(model.lightmapChannel, lightmap);
                filter.sharedMesh.GetUVs(1, second);
                filter.sharedMesh.SetUVs(1, lightmap);
                filter.sharedMesh.SetUVs(model.lightmapChannel, second);
            }
        }

        /// <summary>A collider in the place of each COL_ node's picture.</summary>
        public static void MakeColliders(GameObject root)
        {
            foreach (MeshFilter filter in root.GetComponentsInChildren<MeshFilter>(true))
            {
                Match match = ColliderName.Match(filter.name);
                if (!match.Success || filter.sharedMesh == null)
                {
                    continue;
                }
                AddCollider(filter.gameObject, match.Groups[1].Value, filter.sharedMesh);
                UnityEngine.Object.DestroyImmediate(filter.GetComponent<MeshRenderer>());
                UnityEngine.Object.DestroyImmediate(filter);
            }
        }

        private static void AddCollider(GameObject node, string shape, Mesh mesh)
        {
            Bounds bounds = mesh.bounds;
            Vector3 size = bounds.size;
            int axis = LongestAxis(size);
            if (shape == "BOX" && FillsItsBounds(mesh))
            {
                BoxCollider box = node.AddComponent<BoxCollider>();
                box.center = bounds.center;
                box.size = size;
            }
            else if (shape == "SPHERE")
            {
                SphereCollider sphere = node.AddComponent<SphereCollider>();
                sphere.center = bounds.center;
                sphere.radius = size[axis] / 2f;
            }
            else if (shape == "CAPSULE")
            {
                CapsuleCollider capsule = node.AddComponent<CapsuleCollider>();
                capsule.center = bounds.center;
                capsule.direction = axis;
                capsule.height = size[axis];
                capsule.radius = Math.Max(size[(axis + 1) % 3], size[(axis + 2) % 3]) / 2f;
            }
            else
            {
                MeshCollider convex = node.AddComponent<MeshCollider>();
                convex.sharedMesh = mesh;
                convex.convex = true;
            }
        }

        private static int LongestAxis(Vector3 size)
        {
            int axis = size.y > size.x ? 1 : 0;
            return size.z > size[axis] ? 2 : axis;
        }

        /// <summary>False for a box that stands askew in its own axes, which a BoxCollider cannot be.</summary>
        private static bool FillsItsBounds(Mesh mesh)
        {
            Vector3[] points = mesh.vertices;
            int[] corners = mesh.triangles;
            double volume = 0;
            for (int index = 0; index + 2 < corners.Length; index += 3)
            {
                Vector3 a = points[corners[index]];
                volume += Vector3.Dot(a, Vector3.Cross(points[corners[index + 1]], points[corners[index + 2]])) / 6.0;
            }
            Vector3 size = mesh.bounds.size;
            double whole = (double)size.x * size.y * size.z;
            return Math.Abs(Math.Abs(volume) - whole) <= 0.01 * whole;
        }

        /// <summary>
        /// Unity makes a LODGroup of siblings that end in _LOD0, _LOD1 ... by itself; this sets when each shows, and
        /// makes the group where there is none. The parts of an avatar (body, eyes) are siblings in one group.
        /// </summary>
        public static void MakeLodGroups(GameObject root)
        {
            Dictionary<GameObject, SortedDictionary<int, List<Renderer>>> owners =
                new Dictionary<GameObject, SortedDictionary<int, List<Renderer>>>();
            foreach (Renderer renderer in root.GetComponentsInChildren<Renderer>(true))
            {
                Match match = LodName.Match(renderer.name);
                if (!match.Success || ColliderName.IsMatch(renderer.name))
                {
                    continue;
                }
                Transform parent = renderer.transform.parent;
                GameObject owner = parent == null ? root : parent.gameObject;
                int level = int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
                if (!owners.ContainsKey(owner))
                {
                    owners[owner] = new SortedDictionary<int, List<Renderer>>();
                }
                if (!owners[owner].ContainsKey(level))
                {
                    owners[owner][level] = new List<Renderer>();
                }
                owners[owner][level].Add(renderer);
            }
            foreach (KeyValuePair<GameObject, SortedDictionary<int, List<Renderer>>> one in owners)
            {
                if (one.Value.Count > 1)
                {
                    SetLods(one.Key, new List<List<Renderer>>(one.Value.Values));
                }
            }
        }

        private static void SetLods(GameObject owner, List<List<Renderer>> levels)
        {
            LODGroup group = owner.GetComponent<LODGroup>();
            if (group == null)
            {
                group = owner.AddComponent<LODGroup>();
            }
            LOD[] lods = new LOD[levels.Count];
            for (int index = 0; index < levels.Count; index++)
            {
                lods[index] = new LOD(ScreenHeight(index, levels.Count), levels[index].ToArray());
            }
            group.SetLODs(lods);
            group.RecalculateBounds();
        }

        /// <summary>Share of the screen's height below which the next level shows: 0.4, 0.16 ..., the last 0.01.</summary>
        public static float ScreenHeight(int level, int count)
        {
            return level == count - 1 ? 0.01f : (float)Math.Pow(0.4, level + 1);
        }
    }
}
