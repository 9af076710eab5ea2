/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-geometry.h"

#include "base/tst-error.h"
#include "record/tst-body.h"

#include <math.h>
#include <string.h>

/* Each with how it is written back: outer rings counter-clockwise, holes clockwise, rings closed. */
static const char *const texts[][2] = {
  { "POINT (-73.12 7.12)", "POINT (-73.12 7.12)" },
  { "point(-73.12   7.12)", "POINT (-73.12 7.12)" },
  { "SRID=4326;POINT Z (-73.12 7.12 959)", "POINT (-73.12 7.12)" },
  { "LINESTRING (-73 7, -73.1 7.1, -73.2 7)", "LINESTRING (-73 7, -73.1 7.1, -73.2 7)" },
  { "POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))",
    "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 2, 2 2, 2 1, 1 1))" },
  { "POLYGON ((0 0, 4 0, 4 4))", "POLYGON ((0 0, 4 0, 4 4, 0 0))" },
  { "MULTIPOINT (1 2, 3 4)", "MULTIPOINT ((1 2), (3 4))" },
  { "MULTIPOINT ((1 2), (3 4))", "MULTIPOINT ((1 2), (3 4))" },
  { "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3, 4 4))", "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3, 4 4))" },
  { "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 9 5, 9 9, 5 5), (7 6, 8 7, 8 6, 7 6)))",
    "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 9 5, 9 9, 5 5), (7 6, 8 7, 8 6, 7 6)))" },
};

static void
test_wkt (void)
{
  static const char *const bad[] = {
    "",
    "POINT",
    "POINT ()",
    "POINT (1)",
    "POINT (1 2",
    "POINT (1 2) x",
    "POINT EMPTY",
    "POINT (a b)",
    "POINT (nan 1)",
    "LINESTRING (1 2)",
    "POLYGON ((1 2, 3 4))",
    "POLYGON ((1 2, 1 2, 1 2))",
    "POLYGON (1 2, 3 4, 5 6)",
    "CIRCLE (1 2)",
    "GEOMETRYCOLLECTION (POINT (1 2))",
    "SRID=3857;POINT (1 2)",
    "POINT (1 2, 3 4)",
    "MULTIPOLYGON (())",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (TstGeometry) geometry = tst_geometry_from_wkt (texts[i][0], &error);
      g_autofree char *wkt = NULL;

      g_assert_no_error (error);
      wkt = tst_geometry_to_wkt (geometry);
      g_assert_cmpstr (wkt, ==, texts[i][1]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (tst_geometry_from_wkt (bad[i], &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
    }
}

static void
test_geojson (void)
{
  static const char *const bad[] = {
    "{}",
    "{\"type\":\"Point\"}",
    "{\"type\":\"Point\",\"coordinates\":[1]}",
    "{\"type\":\"Point\",\"coordinates\":[\"1\",2]}",
    "{\"type\":\"LineString\",\"coordinates\":[1,2]}",
    "{\"type\":\"Polygon\",\"coordinates\":[[]]}",
    "{\"type\":3,\"coordinates\":[1,2]}",
    "{\"type\":\"GeometryCollection\",\"geometries\":[]}",
    "{\"type\":\"Polygon\",\"coordinates\":[]}",
    "{\"type\":\"MultiPoint\",\"coordinates\":[]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (TstGeometry) geometry = tst_geometry_from_wkt (texts[i][0], &error);
      g_autoptr (JsonObject) json = tst_geometry_to_geojson (geometry);
      g_autofree char *text = tst_json_write (json);
      g_autoptr (JsonObject) parsed = tst_json_parse_object (text, -1, &error);
      g_autoptr (TstGeometry) again = tst_geometry_from_geojson (parsed, &error);
      g_autoptr (TstGeometry) copy = NULL;

      g_assert_no_error (error);
      g_assert_true (tst_geometry_equal (geometry, again));
      copy = tst_geometry_copy (again);
      g_assert_true (tst_geometry_equal (copy, geometry));
      copy->points[0].lat += 1;
      g_assert_false (tst_geometry_equal (copy, geometry));
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) json = tst_json_parse_object (bad[i], -1, &error);

      g_assert_no_error (error);
      g_assert_null (tst_geometry_from_geojson (json, &error));
      g_assert_error (error, TST_ERROR, TST_ERROR_BAD_VALUE);
    }
}

static void
assert_marker (const char *wkt, double lon, double lat)
{
  g_autoptr (TstGeometry) geometry = tst_geometry_from_wkt (wkt, NULL);
  TstPoint point = tst_geometry_representative_point (geometry);

  g_assert_cmpfloat_with_epsilon (point.lon, lon, 1e-9);
  g_assert_cmpfloat_with_epsilon (point.lat, lat, 1e-9);
}

static void
test_measures (void)
{
  g_autoptr (TstGeometry) horseshoe
      = tst_geometry_from_wkt ("POLYGON ((0 0, 10 0, 10 10, 8 10, 8 2, 2 2, 2 10, 0 10, 0 0))", NULL);
  TstPoint inside = tst_geometry_representative_point (horseshoe);
  TstBounds bounds = tst_geometry_bounds (horseshoe);

  g_assert_cmpfloat (bounds.west, ==, 0);
  g_assert_cmpfloat (bounds.north, ==, 10);
  /* Its centre of mass lies outside. */
  g_assert_true (tst_geometry_contains (horseshoe, inside));
  g_assert_false (tst_geometry_contains (horseshoe, (TstPoint){ 5, 5 }));
  g_assert_true (tst_geometry_contains (horseshoe, (TstPoint){ 1, 5 }));

  assert_marker ("POINT (3 4)", 3, 4);
  assert_marker ("LINESTRING (0 0, 10 0)", 5, 0);
  assert_marker ("LINESTRING (0 0, 10 0, 10 2)", 6, 0);
  assert_marker ("MULTILINESTRING ((0 0, 1 0), (20 0, 30 0))", 25, 0);
  assert_marker ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))", 2, 2);
  assert_marker ("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 1, 0 0)), ((10 10, 14 10, 14 14, 10 14, 10 10)))", 12, 12);
  /* Without any area there is still an answer. */
  assert_marker ("POLYGON ((1 1, 2 2, 3 3, 1 1))", 1, 1);
  {
    g_autoptr (TstGeometry) ring
        = tst_geometry_from_wkt ("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 1 8, 8 8, 8 1, 1 1))", NULL);

    g_assert_true (tst_geometry_contains (ring, tst_geometry_representative_point (ring)));
  }
}

static double
distance (const char *wkt, double lon, double lat)
{
  g_autoptr (TstGeometry) geometry = tst_geometry_from_wkt (wkt, NULL);

  return tst_geometry_distance (geometry, (TstPoint) { lon, lat });
}

/* From what is nearest, wherever the marker stands; a street is long. */
static void
test_distance (void)
{
  const double degree = 111195;

  g_assert_cmpfloat_with_epsilon (distance ("POINT (1 0.001)", 1, 0), 0.001 * degree, 0.1);
  g_assert_cmpfloat_with_epsilon (distance ("LINESTRING (0 0, 1 0)", 0.9, 0.001), 0.001 * degree, 0.1);
  g_assert_cmpfloat_with_epsilon (distance ("LINESTRING (0 0, 1 0)", 1.001, 0), 0.001 * degree, 0.1);
  g_assert_cmpfloat_with_epsilon (distance ("MULTILINESTRING ((0 0, 1 0), (5 0, 6 0))", 4.999, 0), 0.001 * degree, 0.1);
  g_assert_cmpfloat (distance ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))", 1, 1), ==, 0);
  g_assert_cmpfloat_with_epsilon (distance ("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 1 8, 8 8, 8 1, 1 1))", 4, 1.001), 0.001 * degree, 0.1);
  g_assert_cmpfloat_with_epsilon (distance ("LINESTRING (0 60, 0 61)", 0.001, 60.5), 0.001 * degree * cos (60.5 * G_PI / 180), 0.1);
}

static void
test_validity (void)
{
  static const char *const invalid[]
      = { "POINT (181 0)", "POINT (0 91)", "POINT (0 0)", "LINESTRING (1 1, 1 -90.1)" };
  g_autoptr (TstGeometry) good = tst_geometry_from_wkt ("LINESTRING (-180 -90, 180 90)", NULL);
  g_autoptr (GString) large = g_string_new ("LINESTRING (1 1");
  g_autoptr (GError) error = NULL;

  g_assert_true (tst_geometry_is_valid (good));
  for (guint i = 0; i < G_N_ELEMENTS (invalid); i++)
    {
      g_autoptr (TstGeometry) geometry = tst_geometry_from_wkt (invalid[i], NULL);

      g_assert_false (tst_geometry_is_valid (geometry));
    }
  for (guint i = 0; i < TST_GEOMETRY_MAX_POINTS; i++)
    g_string_append (large, ",2 2");
  g_string_append_c (large, ')');
  g_assert_null (tst_geometry_from_wkt (large->str, &error));
  g_assert_error (error, TST_ERROR, TST_ERROR_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/geometry/wkt", test_wkt);
  g_test_add_func ("/geometry/geojson", test_geojson);
  g_test_add_func ("/geometry/measures", test_measures);
  g_test_add_func ("/geometry/distance", test_distance);
  g_test_add_func ("/geometry/validity", test_validity);
  return g_test_run ();
}
