/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central-fixture.h"

#include "central/tst-central-schema.h"
#include "central/tst-places.h"
#include "model/tst-web-mercator.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FixtureRecord, fixture_record_free)

/* Corners, the middle and the town; there and back. */
static void
test_mercator (void)
{
  guint32 x = 0, y = 0, x2 = 0, y2 = 0;
  double lat = 0, lon = 0;

  tst_mercator_from_degrees (0, 0, &x, &y);
  g_assert_cmpuint (x, ==, 1u << 29);
  g_assert_cmpuint (y, ==, 1u << 29);
  tst_mercator_from_degrees (90, -180, &x, &y);
  g_assert_cmpuint (x, ==, 0);
  g_assert_cmpuint (y, ==, 0);
  tst_mercator_from_degrees (-90, 180, &x, &y);
  g_assert_cmpuint (x, ==, (1u << 30) - 1);
  g_assert_cmpuint (y, ==, (1u << 30) - 1);
  tst_mercator_from_degrees (7.12, -73.12, &x, &y);
  /* As every map on the web numbers it: tile 12/1216/1966. */
  g_assert_cmpuint (x >> 18, ==, 1216);
  g_assert_cmpuint (y >> 18, ==, 1966);
  tst_mercator_part (tst_mercator_interleave (x, y), &x2, &y2);
  g_assert_cmpuint (x2, ==, x);
  g_assert_cmpuint (y2, ==, y);
  tst_mercator_to_degrees (x + 0.5, y + 0.5, &lat, &lon);
  g_assert_cmpfloat (fabs (lat - 7.12), <, 1e-6);
  g_assert_cmpfloat (fabs (lon + 73.12), <, 1e-6);
}

/* --- counts kept as things come and go against counts made anew --- */

typedef struct
{
  GRand *random;
  guint steps;
} Churn;

static gboolean
churn (TstStore *store, gpointer data, GError **error)
{
  Churn *self = data;

  for (guint i = 0; i < self->steps; i++)
    {
      g_autofree char *id = g_strdup_printf ("id-%d", g_rand_int_range (self->random, 0, 150));
      TstPlaceLayer layer = g_rand_int_range (self->random, 0, 4) == 0 ? TST_LAYER_WORKS : TST_LAYER_EVIDENCE;
      gboolean away = g_rand_int_range (self->random, 0, 3) == 0;
      /* Many in one street, some in the town, a few anywhere. */
      double spread = (double[]) { 0.0001, 0.05, 60 }[g_rand_int_range (self->random, 0, 3)];
      double lat = 7.12 + g_rand_double_range (self->random, -spread, spread);
      double lon = -73.12 + g_rand_double_range (self->random, -spread, spread);

      if (!tst_places_put (store, layer, id, away ? NAN : lat, away ? NAN : lon, NULL, error)
          || (!away && !tst_places_put (store, layer, id, lat, lon, NULL, error)))
        return FALSE;
    }
  return TRUE;
}

typedef struct
{
  gint64 n, sx, sy;
} Sum;

static gboolean
compare (TstStore *store, gpointer data, GError **error)
{
  for (int layer = 0; layer < 2; layer++)
    for (int level = TST_PLACE_SPLIT; level <= TST_PLACE_MAX_LEVEL; level++)
      {
        g_autoptr (GHashTable) sums = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
        g_autoptr (TstStatement) marks = tst_store_prepare (store, "SELECT m FROM mark WHERE layer = ?1", error);
        g_autoptr (TstStatement) cells =
          tst_store_prepare (store, "SELECT m, n, sx, sy FROM cell WHERE layer = ?1 AND level = ?2", error);
        gboolean row = FALSE;
        guint rows = 0;

        tst_statement_bind_int (marks, 1, layer);
        while (tst_statement_step (marks, &row, error) && row)
          {
            gint64 m = tst_statement_int (marks, 0);
            gint64 key = m >> 2 * (TST_MERCATOR_BITS - level);
            Sum *sum = g_hash_table_lookup (sums, &key);
            guint32 x = 0, y = 0;

            if (!sum)
              {
                sum = g_new0 (Sum, 1);
                g_hash_table_insert (sums, g_memdup2 (&key, sizeof key), sum);
              }
            tst_mercator_part (m, &x, &y);
            sum->n++;
            sum->sx += x;
            sum->sy += y;
          }
        tst_statement_bind_int (cells, 1, layer);
        tst_statement_bind_int (cells, 2, level);
        while (tst_statement_step (cells, &row, error) && row)
          {
            gint64 key = tst_statement_int (cells, 0);
            const Sum *sum = g_hash_table_lookup (sums, &key);

            g_assert_nonnull (sum);
            g_assert_cmpint (tst_statement_int (cells, 1), ==, sum->n);
            g_assert_cmpint (tst_statement_int (cells, 2), ==, sum->sx);
            g_assert_cmpint (tst_statement_int (cells, 3), ==, sum->sy);
            rows++;
          }
        g_assert_cmpuint (rows, ==, g_hash_table_size (sums));
      }
  return TRUE;
}

static void
test_counts (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  g_autofree char *folder = g_dir_make_tmp ("tst-places-XXXXXX", &error);
  TstStore *store = tst_store_open (folder, tst_central_migrations, tst_central_n_migrations, &error);
  Churn self = { random, 100 };

  g_assert_no_error (error);
  for (guint round = 0; round < 12; round++)
    {
      tst_store_write (store, churn, &self, &error);
      g_assert_no_error (error);
      tst_store_read (store, compare, NULL, &error);
      g_assert_no_error (error);
    }
  tst_store_close (store);
  g_object_unref (store);
  g_autofree char *remove = g_strdup_printf ("rm -rf '%s'", folder);
  g_assert_cmpint (system (remove), ==, 0);
}

/* --- tiles, read by hand as the specification says --- */

static guint64
varint (const guint8 **at)
{
  guint64 value = 0;

  for (guint shift = 0;; shift += 7)
    {
      guint8 byte = *(*at)++;

      value |= (guint64) (byte & 0x7f) << shift;
      if (!(byte & 0x80))
        return value;
    }
}

typedef struct
{
  char *name;
  guint features, shapes[4];
  gint64 count; /* sum of "n" */
} Layer;

/* The value of tag "n" needs keys and values, which come after the features: two passes over the layer. */
static void
read_layer (const guint8 *at, const guint8 *end, Layer *layer)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint pass = 0; pass < 2; pass++)
    for (const guint8 *p = at; p < end;)
      {
        guint64 key = varint (&p);
        guint64 length = varint (&p);
        const guint8 *inside = p;

        if ((key & 7) != 2)
          continue;
        p += length;
        if (pass == 0 && key >> 3 == 1)
          layer->name = g_strndup ((const char *) inside, length);
        else if (pass == 0 && key >> 3 == 3)
          g_ptr_array_add (keys, g_strndup ((const char *) inside, length));
        else if (pass == 0 && key >> 3 == 4)
          {
            guint64 field = varint (&inside);
            guint64 number = varint (&inside);
            gint64 value = field == (6 << 3) ? (gint64) (number >> 1) : -1;
            g_array_append_val (values, value);
          }
        else if (pass == 1 && key >> 3 == 2)
          {
            layer->features++;
            while (inside < p)
              {
                guint64 member = varint (&inside);
                guint64 number = varint (&inside);

                if (member == (3 << 3))
                  layer->shapes[number]++;
                if ((member & 7) != 2)
                  continue;
                const guint8 *stop = inside + number;
                while (member == (2 << 3 | 2) && inside < stop)
                  {
                    guint64 name = varint (&inside);
                    guint64 value = varint (&inside);

                    g_assert_cmpuint (name, <, keys->len);
                    g_assert_cmpuint (value, <, values->len);
                    if (g_str_equal (g_ptr_array_index (keys, name), "n"))
                      layer->count += g_array_index (values, gint64, value);
                  }
                inside = stop;
              }
          }
      }
}

static Layer
get_layer (TstPublicRoutes *routes, const char *path, const char *name)
{
  TstPublicRequest request = { .method = "GET", .path = path };
  g_autoptr (TstPublicResponse) response = tst_public_routes_respond (routes, &request);
  const guint8 *at = g_bytes_get_data (response->body, NULL);
  const guint8 *end = at + g_bytes_get_size (response->body);
  Layer found = { 0 };

  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpint (*soup_message_headers_get_one (response->headers, "ETag"), ==, '"');
  while (at < end)
    {
      Layer layer = { 0 };

      g_assert_cmpuint (varint (&at), ==, 3 << 3 | 2);
      guint64 length = varint (&at);
      read_layer (at, at + length, &layer);
      at += length;
      if (g_strcmp0 (layer.name, name) == 0)
        found = layer;
      g_free (layer.name);
    }
  return found;
}

/* All tiles of a zoom that hold something: those round the town are enough, since everything is there. */
static gint64
count_zoom (TstPublicRoutes *routes, const char *layer, guint z)
{
  guint32 west = 0, north = 0, east = 0, south = 0;
  gint64 sum = 0;

  tst_mercator_from_degrees (7.13, -73.13, &west, &north);
  tst_mercator_from_degrees (7.11, -73.11, &east, &south);
  for (guint x = west >> (30 - z); x <= east >> (30 - z); x++)
    for (guint y = north >> (30 - z); y <= south >> (30 - z); y++)
      {
        g_autofree char *path = g_strdup_printf ("/tiles/%s/%u/%u/%u.mvt", layer, z, x, y);
        sum += get_layer (routes, path, layer).count;
      }
  return sum;
}

static void
test_tiles (void)
{
  Fixture f;
  FixtureDevice field;
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) fixture_record_free);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  fixture_open (&f, NULL);
  fixture_device_init (&f, &field, TST_CHAIN_FIELD);
  for (guint i = 0; i < 40; i++)
    g_ptr_array_add (records, fixture_add (&f, &field, TST_KIND_EVIDENCE,
                                           "{'type':'note','text':'n','place':{'lat':%.7f,'lon':%.7f,'source':'pin'}}",
                                           7.12 + g_rand_double_range (random, -0.008, 0.008),
                                           -73.12 + g_rand_double_range (random, -0.008, 0.008)));
  g_autoptr (TstPublicRoutes) routes = tst_public_routes_new (f.central, NULL);
  g_assert_cmpint (count_zoom (routes, "evidence", 12), ==, 0);
  {
    g_autoptr (GHashTable) codes = fixture_decide (&f, TST_VERDICT_ACCEPT, NULL, NULL);
    g_assert_cmpuint (g_hash_table_size (codes), ==, 40);
  }
  for (guint z = 0; z <= 14; z++)
    g_assert_cmpint (count_zoom (routes, "evidence", z), ==, 40);
  /* What is taken back leaves the map at once, at every zoom; what is alone in its square says who it is. */
  for (guint i = 0; i < 39; i++)
    {
      FixtureRecord *record = g_ptr_array_index (records, i);
      g_autoptr (GHashTable) codes = fixture_decide (&f, TST_VERDICT_RETIRE, "calidad", record->id, NULL);
      fixture_assert_code (codes, record->id, "ok");
    }
  for (guint z = 0; z <= 14; z++)
    g_assert_cmpint (count_zoom (routes, "evidence", z), ==, 1);
  before = fixture_dump (&f);
  fixture_rebuild (&f);
  after = fixture_dump (&f);
  g_assert_cmpstr (before, ==, after);
  fixture_device_clear (&field);
  g_clear_pointer (&routes, tst_public_routes_free);
  fixture_close (&f);
}

/* Addresses that are none. */
static void
test_addresses (void)
{
  static const char *const bad[] = { "/tiles/", "/tiles/evidence/0/0/0", "/tiles/evidence/0/1/0.mvt", "/tiles/evidence/18/0/0.mvt",
                                     "/tiles/evidence/00/0/0.mvt", "/tiles/evidence/1/-1/0.mvt", "/tiles/otra/0/0/0.mvt",
                                     "/tiles/evidence/64/0/0.mvt", "/tiles/evidence/1/1/1.mvt/" };
  Fixture f;

  fixture_open (&f, NULL);
  {
    g_autoptr (TstPublicRoutes) routes = tst_public_routes_new (f.central, NULL);

    for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
      {
        g_autofree char *body = NULL;
        g_assert_cmpuint (fixture_get (routes, bad[i], &body), ==, 404);
      }
  }
  fixture_close (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/places/mercator", test_mercator);
  g_test_add_func ("/places/counts", test_counts);
  g_test_add_func ("/places/tiles", test_tiles);
  g_test_add_func ("/places/addresses", test_addresses);
  return g_test_run ();
}
