/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal-fixture.h"

#include "journal/tst-works-load.h"
#include "journal/tst-works-shapes.h"

#define WORKS \
  "code,title,status,lat,lon,wkt\n" \
  "A,Vía,en_ejecucion,7.12,-73.12,\"LINESTRING (-73.121 7.12, -73.119 7.121)\"\n" \
  "B,Parque,terminada,7.13,-73.12,\"POLYGON ((-73.12 7.13, -73.119 7.13, -73.119 7.131, -73.12 7.13))\"\n" \
  "C,Punto,terminada,7.12,-73.12,\n" \
  "D,Lejos,planeada,7.50,-73.12,\"LINESTRING (-73.121 7.5, -73.119 7.5)\"\n" \
  "E,Sin lugar,planeada,,,\n"

static JournalFixture *
make_book (void)
{
  JournalFixture *fixture = journal_fixture_new (FALSE);
  g_autofree char *path = g_build_filename (fixture->outside, "works.csv", NULL);
  TstImportCounts counts = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, WORKS, -1, NULL));
  tst_field_book_import_works (fixture->book, path, NULL, NULL, &counts, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counts.added, ==, 5);
  return fixture;
}

static void
test_area (void)
{
  g_autoptr (JournalFixture) fixture = make_book ();
  g_autoptr (GError) error = NULL;
  const TstBounds area = { -73.2, 7.0, -73.0, 7.2 };
  g_autoptr (GPtrArray) shapes = tst_field_book_load_shapes (fixture->book, &area, 100, &error);
  const TstWorkShape *first;
  const TstWorkShape *second;

  g_assert_no_error (error);
  g_assert_cmpuint (shapes->len, ==, 2);
  first = shapes->pdata[0];
  second = shapes->pdata[1];
  g_assert_cmpstr (first->code, ==, "A");
  g_assert_cmpstr (first->status, ==, "en_ejecucion");
  g_assert_cmpint (first->geometry->type, ==, TST_GEOMETRY_LINE);
  g_assert_cmpfloat (first->bounds.west, ==, -73.121);
  g_assert_cmpfloat (first->bounds.north, ==, 7.121);
  g_assert_cmpint (second->geometry->type, ==, TST_GEOMETRY_POLYGON);
}

/* The bound is on the works that are looked at. */
static void
test_most (void)
{
  g_autoptr (JournalFixture) fixture = make_book ();
  g_autoptr (GError) error = NULL;
  const TstBounds area = { -74, 7, -73, 8 };
  g_autoptr (GPtrArray) one = tst_field_book_load_shapes (fixture->book, &area, 1, &error);
  g_autoptr (GPtrArray) all = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (one->len, <=, 1);
  all = tst_field_book_load_shapes (fixture->book, &area, 100, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, 3);
}

/* Along a street, inside a park, at a point; nothing where nothing is near. */
static void
test_nearest (void)
{
  g_autoptr (JournalFixture) fixture = make_book ();
  g_autoptr (TstWorkIndex) index = tst_field_book_load_works (fixture->book, NULL, NULL, NULL);
  double metres = -1;
  guint at = 0;

  /* Its marker is 100 m away, its end is here. */
  g_assert_true (tst_field_book_nearest_work (fixture->book, index, 7.5001, -73.1209, 200, &at, &metres));
  g_assert_cmpstr (tst_work_index_get (index, at).code, ==, "D");
  g_assert_cmpfloat (metres, <, 12);
  g_assert_true (tst_field_book_nearest_work (fixture->book, index, 7.1303, -73.1193, 200, &at, &metres));
  g_assert_cmpstr (tst_work_index_get (index, at).code, ==, "B");
  g_assert_cmpfloat (metres, ==, 0);
  g_assert_false (tst_field_book_nearest_work (fixture->book, index, 7.3, -73.12, 500, &at, &metres));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/works-shapes/area", test_area);
  g_test_add_func ("/works-shapes/most", test_most);
  g_test_add_func ("/works-shapes/nearest", test_nearest);
  return g_test_run ();
}
