/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/tst-map-ground.h"

#include "media/tst-picture.h"

#include <sqlite3.h>
#include <string.h>

#define TILE 256
#define DEEPEST 19

/* What the thread has; it outlives the source for as long as tiles are under way. */
typedef struct
{
  gatomicrefcount count;
  char *path;
  gboolean dark;
  GMutex lock; /* one reader at a time: what follows */
  sqlite3 *db;
  sqlite3_stmt *select;
  int deepest;
} Reader;

struct _TstMapGround
{
  ShumateMapSource parent_instance;
  Reader *reader;
  const char *state;
  char *attribution;
  gboolean bounded;
  double west, south, east, north;
};

typedef enum
{
  PROP_STATE = 1,
  PROP_ATTRIBUTION,
} TstMapGroundProperty;

static GParamSpec *properties[PROP_ATTRIBUTION + 1];
static guint number_of_sources;

G_DEFINE_FINAL_TYPE (TstMapGround, tst_map_ground, SHUMATE_TYPE_MAP_SOURCE)

static void
reader_unref (Reader *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  sqlite3_finalize (self->select);
  sqlite3_close (self->db);
  g_mutex_clear (&self->lock);
  g_free (self->path);
  g_free (self);
}

static Reader *
reader_ref (Reader *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

/* What opening found out, for the main thread. */
typedef struct
{
  const char *state;
  char *attribution;
  gboolean bounded;
  double west, south, east, north;
} Opened;

static void
opened_free (Opened *self)
{
  g_free (self->attribution);
  g_free (self);
}

static void
read_metadata (Reader *reader, Opened *opened)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (reader->db, "SELECT name, value FROM metadata", -1, &statement, NULL) != SQLITE_OK)
    {
      opened->state = "broken";
      return;
    }
  while (sqlite3_step (statement) == SQLITE_ROW)
    {
      const char *name = (const char *) sqlite3_column_text (statement, 0);
      const char *value = (const char *) sqlite3_column_text (statement, 1);

      if (name == NULL || value == NULL)
        continue;
      if (strcmp (name, "format") == 0 && strcmp (value, "pbf") == 0)
        opened->state = "unsuited";
      else if (strcmp (name, "attribution") == 0 && g_utf8_validate (value, -1, NULL))
        {
          g_free (opened->attribution);
          opened->attribution = g_strndup (value, 200);
        }
      else if (strcmp (name, "bounds") == 0)
        {
          g_auto (GStrv) parts = g_strsplit (value, ",", -1);

          if (g_strv_length (parts) == 4)
            {
              opened->west = g_ascii_strtod (parts[0], NULL);
              opened->south = g_ascii_strtod (parts[1], NULL);
              opened->east = g_ascii_strtod (parts[2], NULL);
              opened->north = g_ascii_strtod (parts[3], NULL);
              opened->bounded = opened->west < opened->east && opened->south < opened->north && opened->west >= -180
                                && opened->east <= 180 && opened->south >= -90 && opened->north <= 90;
            }
        }
    }
  sqlite3_finalize (statement);
}

static void
open_locked (Reader *reader, Opened *opened)
{
  sqlite3_stmt *statement = NULL;

  opened->state = "ready";
  if (!g_file_test (reader->path, G_FILE_TEST_IS_REGULAR))
    {
      opened->state = "missing";
      return;
    }
  if (sqlite3_open_v2 (reader->path, &reader->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_FULLMUTEX, NULL) != SQLITE_OK)
    {
      opened->state = "broken";
      return;
    }
  /* The file came from elsewhere: nothing in it may make SQLite do more than read tables. */
  sqlite3_db_config (reader->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (reader->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_limit (reader->db, SQLITE_LIMIT_LENGTH, 4 * 1024 * 1024);
  read_metadata (reader, opened);
  if (strcmp (opened->state, "ready") != 0)
    return;
  if (sqlite3_prepare_v2 (reader->db, "SELECT max(zoom_level) FROM tiles", -1, &statement, NULL) != SQLITE_OK
      || sqlite3_step (statement) != SQLITE_ROW || sqlite3_column_type (statement, 0) != SQLITE_INTEGER)
    opened->state = "broken";
  else
    reader->deepest = CLAMP (sqlite3_column_int (statement, 0), 0, 30);
  sqlite3_finalize (statement);
  if (strcmp (opened->state, "ready") == 0
      && sqlite3_prepare_v2 (reader->db,
                             "SELECT tile_data FROM tiles WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3", -1,
                             &reader->select, NULL)
             != SQLITE_OK)
    opened->state = "broken";
}

static void
open_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Reader *reader = data;
  Opened *opened = g_new0 (Opened, 1);

  g_mutex_lock (&reader->lock);
  open_locked (reader, opened);
  g_mutex_unlock (&reader->lock);
  g_task_return_pointer (task, opened, (GDestroyNotify) opened_free);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TstMapGround *self = TST_MAP_GROUND (source);
  Opened *opened = g_task_propagate_pointer (G_TASK (result), NULL);

  if (opened == NULL)
    return;
  self->state = opened->state;
  g_free (self->attribution);
  self->attribution = g_strdup (opened->attribution != NULL ? opened->attribution : "");
  self->bounded = opened->bounded;
  self->west = opened->west;
  self->south = opened->south;
  self->east = opened->east;
  self->north = opened->north;
  opened_free (opened);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ATTRIBUTION]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static GBytes *
read_tile_locked (Reader *reader, int x, int y, int zoom)
{
  GBytes *bytes = NULL;

  sqlite3_bind_int (reader->select, 1, zoom);
  sqlite3_bind_int (reader->select, 2, x);
  /* Rows of MBTiles count from the south. */
  sqlite3_bind_int (reader->select, 3, (1 << zoom) - 1 - y);
  if (sqlite3_step (reader->select) == SQLITE_ROW && sqlite3_column_bytes (reader->select, 0) > 0)
    bytes = g_bytes_new (sqlite3_column_blob (reader->select, 0), sqlite3_column_bytes (reader->select, 0));
  sqlite3_reset (reader->select);
  return bytes;
}

/* Light becomes dark and the hue stays: lightness is turned round, and a little of its range taken. */
static void
darken (guint8 *pixels, gsize n)
{
  for (gsize i = 0; i < n; i++, pixels += 3)
    {
      int most = MAX (pixels[0], MAX (pixels[1], pixels[2]));
      int least = MIN (pixels[0], MIN (pixels[1], pixels[2]));
      int shift = 255 - most - least;

      for (int c = 0; c < 3; c++)
        pixels[c] = 22 + (pixels[c] + shift) * 3 / 4;
    }
}

/* Three bytes a pixel: of all forms the one that GTK 4.8 makes its own of most quickly, which it does in every frame; even pixels that are in its own
 * form already it takes three times as long over. */
static GdkTexture *
make_texture (Reader *reader, GBytes *bytes, int x, int y, guint deeper)
{
  g_autoptr (TstPicture) picture = tst_picture_decode (bytes, 1, 0, FALSE, NULL);
  g_autoptr (GBytes) pixels = NULL;
  guint width, height, left, top;
  guint8 *out;

  if (picture == NULL || picture->width > 2048 || picture->height > 2048)
    return NULL;
  if (reader->dark)
    darken (picture->pixels, (gsize) picture->width * picture->height);
  /* The part of an upper tile that this one covers; the tile is drawn to its full size. */
  width = MAX (picture->width >> deeper, 1);
  height = MAX (picture->height >> deeper, 1);
  left = MIN ((x & ((1u << deeper) - 1)) * width, picture->width - width);
  top = MIN ((y & ((1u << deeper) - 1)) * height, picture->height - height);
  out = g_malloc ((gsize) width * height * 3);
  for (guint row = 0; row < height; row++)
    memcpy (out + (gsize) row * width * 3, picture->pixels + ((gsize) (top + row) * picture->width + left) * 3, (gsize) width * 3);
  pixels = g_bytes_new_take (out, (gsize) width * height * 3);
  return gdk_memory_texture_new (width, height, GDK_MEMORY_R8G8B8, pixels, (gsize) width * 3);
}

typedef struct
{
  Reader *reader;
  ShumateTile *tile; /* touched on the main thread only */
  int x, y, zoom;
} Wanted;

static void
wanted_free (Wanted *self)
{
  reader_unref (self->reader);
  g_object_unref (self->tile);
  g_free (self);
}

static void
fill_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Wanted *wanted = data;
  Reader *reader = wanted->reader;
  GBytes *bytes = NULL;
  GdkTexture *texture = NULL;
  guint deeper = 0;

  if (g_cancellable_is_cancelled (cancellable))
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  g_mutex_lock (&reader->lock);
  if (reader->select != NULL)
    {
      deeper = MAX (wanted->zoom - reader->deepest, 0);
      if (deeper <= 6)
        bytes = read_tile_locked (reader, wanted->x >> deeper, wanted->y >> deeper, wanted->zoom - deeper);
    }
  g_mutex_unlock (&reader->lock);
  if (bytes != NULL)
    {
      texture = make_texture (reader, bytes, wanted->x, wanted->y, deeper);
      g_bytes_unref (bytes);
    }
  g_task_return_pointer (task, texture, g_object_unref);
}

static void
on_filled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) outer = user_data;
  Wanted *wanted = g_task_get_task_data (G_TASK (result));
  g_autoptr (GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), NULL);

  if (g_task_return_error_if_cancelled (outer))
    return;
  if (texture != NULL)
    shumate_tile_set_paintable (wanted->tile, GDK_PAINTABLE (texture));
  shumate_tile_set_fade_in (wanted->tile, FALSE);
  shumate_tile_set_state (wanted->tile, SHUMATE_STATE_DONE);
  g_task_return_boolean (outer, TRUE);
}

static void
tst_map_ground_fill_tile_async (ShumateMapSource *source, ShumateTile *tile, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  TstMapGround *self = TST_MAP_GROUND (source);
  GTask *outer = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GTask) task = NULL;
  Wanted *wanted = g_new0 (Wanted, 1);

  g_task_set_source_tag (outer, tst_map_ground_fill_tile_async);
  wanted->reader = reader_ref (self->reader);
  wanted->tile = g_object_ref (tile);
  wanted->x = shumate_tile_get_x (tile);
  wanted->y = shumate_tile_get_y (tile);
  wanted->zoom = shumate_tile_get_zoom_level (tile);
  task = g_task_new (self, cancellable, on_filled, outer);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, wanted, (GDestroyNotify) wanted_free);
  g_task_run_in_thread (task, fill_in_thread);
}

static gboolean
tst_map_ground_fill_tile_finish (ShumateMapSource *source, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
tst_map_ground_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstMapGround *self = TST_MAP_GROUND (object);

  switch ((TstMapGroundProperty) id)
    {
    case PROP_STATE:
      g_value_set_string (value, self->state);
      break;
    case PROP_ATTRIBUTION:
      g_value_set_string (value, self->attribution);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_map_ground_finalize (GObject *object)
{
  TstMapGround *self = TST_MAP_GROUND (object);

  reader_unref (self->reader);
  g_free (self->attribution);
  G_OBJECT_CLASS (tst_map_ground_parent_class)->finalize (object);
}

static void
tst_map_ground_class_init (TstMapGroundClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = tst_map_ground_get_property;
  object_class->finalize = tst_map_ground_finalize;
  SHUMATE_MAP_SOURCE_CLASS (klass)->fill_tile_async = tst_map_ground_fill_tile_async;
  SHUMATE_MAP_SOURCE_CLASS (klass)->fill_tile_finish = tst_map_ground_fill_tile_finish;
  properties[PROP_STATE] = g_param_spec_string ("state", NULL, NULL, "plain", flags);
  properties[PROP_ATTRIBUTION] = g_param_spec_string ("attribution", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tst_map_ground_init (TstMapGround *self)
{
  self->attribution = g_strdup ("");
  self->state = "plain";
}

TstMapGround *
tst_map_ground_new (const char *path, gboolean dark)
{
  TstMapGround *self = g_object_new (TST_TYPE_MAP_GROUND, NULL);
  ShumateMapSource *source = SHUMATE_MAP_SOURCE (self);
  g_autofree char *id = g_strdup_printf ("testigo-ground-%u", number_of_sources++);

  /* The cache of the map keeps tiles by this name. */
  shumate_map_source_set_id (source, id);
  shumate_map_source_set_tile_size (source, TILE);
  shumate_map_source_set_min_zoom_level (source, 4);
  shumate_map_source_set_max_zoom_level (source, DEEPEST);
  shumate_map_source_set_projection (source, SHUMATE_MAP_PROJECTION_MERCATOR);
  self->reader = g_new0 (Reader, 1);
  g_atomic_ref_count_init (&self->reader->count);
  g_mutex_init (&self->reader->lock);
  self->reader->path = g_strdup (path);
  self->reader->dark = dark;
  if (path != NULL && *path != '\0')
    {
      g_autoptr (GTask) task = g_task_new (self, NULL, on_opened, NULL);

      self->state = "opening";
      g_task_set_task_data (task, reader_ref (self->reader), (GDestroyNotify) reader_unref);
      g_task_run_in_thread (task, open_in_thread);
    }
  return self;
}

const char *
tst_map_ground_get_state (TstMapGround *self)
{
  g_return_val_if_fail (TST_IS_MAP_GROUND (self), NULL);
  return self->state;
}

const char *
tst_map_ground_get_attribution (TstMapGround *self)
{
  g_return_val_if_fail (TST_IS_MAP_GROUND (self), NULL);
  return self->attribution;
}

gboolean
tst_map_ground_get_bounds (TstMapGround *self, double *west, double *south, double *east, double *north)
{
  g_return_val_if_fail (TST_IS_MAP_GROUND (self), FALSE);
  *west = self->west;
  *south = self->south;
  *east = self->east;
  *north = self->north;
  return self->bounded;
}
