/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Draws the photographs of the demonstration: works that do not exist, in a town that does not, with the EXIF that a
 * camera would write. One picture by options, or many with --batch FILE.jsonl, an object a line with the options as keys. */

#include "demo-town/tst-draw-scene.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <libexif/exif-data.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

typedef struct
{
  char *scene, *phase, *taken_at, *out;
  int seed, place, progress, weather, width, height, orientation;
  double lat, lon, alt, accuracy, direction;
} Options;

static guint8 *
entry_space (ExifData *exif, ExifIfd ifd, guint tag, ExifFormat format, guint components)
{
  ExifEntry *entry = exif_entry_new ();

  entry->tag = tag;
  exif_content_add_entry (exif->ifd[ifd], entry);
  exif_entry_unref (entry);
  entry->format = format;
  entry->components = components;
  entry->size = exif_format_get_size (format) * components;
  /* Freed with the entry by libexif's own allocator. */
  entry->data = calloc (1, entry->size);
  return entry->data;
}

static void
set_text (ExifData *exif, ExifIfd ifd, guint tag, const char *text)
{
  gsize size = strlen (text) + 1;

  memcpy (entry_space (exif, ifd, tag, EXIF_FORMAT_ASCII, size), text, size);
}

static void
set_short (ExifData *exif, ExifIfd ifd, guint tag, guint value)
{
  exif_set_short (entry_space (exif, ifd, tag, EXIF_FORMAT_SHORT, 1), EXIF_BYTE_ORDER_INTEL, value);
}

static void
set_ratio (ExifData *exif, ExifIfd ifd, guint tag, double value, guint den)
{
  exif_set_rational (entry_space (exif, ifd, tag, EXIF_FORMAT_RATIONAL, 1), EXIF_BYTE_ORDER_INTEL,
                     (ExifRational){ (ExifLong)round (value * den), den });
}

/* Degrees, minutes, seconds to a ten-thousandth: three millimetres. */
static void
set_coordinate (ExifData *exif, guint tag, double value)
{
  guint8 *at = entry_space (exif, EXIF_IFD_GPS, tag, EXIF_FORMAT_RATIONAL, 3);
  guint64 units = (guint64)round (fabs (value) * 36000000);

  exif_set_rational (at, EXIF_BYTE_ORDER_INTEL, (ExifRational){ units / 36000000, 1 });
  exif_set_rational (at + 8, EXIF_BYTE_ORDER_INTEL, (ExifRational){ units / 600000 % 60, 1 });
  exif_set_rational (at + 16, EXIF_BYTE_ORDER_INTEL, (ExifRational){ units % 600000, 10000 });
}

static GBytes *
make_exif (const Options *o, GDateTime *taken)
{
  ExifData *exif = exif_data_new ();
  g_autofree char *local = g_date_time_format (taken, "%Y:%m:%d %H:%M:%S");
  g_autofree char *offset = g_date_time_format (taken, "%:z");
  unsigned char *data = NULL;
  unsigned int size = 0;
  GBytes *bytes;

  exif_data_unset_option (exif, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
  exif_data_set_byte_order (exif, EXIF_BYTE_ORDER_INTEL);
  set_text (exif, EXIF_IFD_0, EXIF_TAG_MAKE, "Testigo");
  set_text (exif, EXIF_IFD_0, EXIF_TAG_MODEL, "Cámara de demostración");
  set_short (exif, EXIF_IFD_0, EXIF_TAG_ORIENTATION, o->orientation);
  set_text (exif, EXIF_IFD_0, EXIF_TAG_DATE_TIME, local);
  memcpy (entry_space (exif, EXIF_IFD_EXIF, EXIF_TAG_EXIF_VERSION, EXIF_FORMAT_UNDEFINED, 4), "0232", 4);
  set_text (exif, EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_ORIGINAL, local);
  set_text (exif, EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_DIGITIZED, local);
  set_text (exif, EXIF_IFD_EXIF, EXIF_TAG_OFFSET_TIME, offset);
  set_text (exif, EXIF_IFD_EXIF, EXIF_TAG_OFFSET_TIME_ORIGINAL, offset);
  set_text (exif, EXIF_IFD_EXIF, EXIF_TAG_OFFSET_TIME_DIGITIZED, offset);
  if (!isnan (o->lat) && !isnan (o->lon))
    {
      g_autoptr (GDateTime) utc = g_date_time_to_utc (taken);
      g_autofree char *date = g_date_time_format (utc, "%Y:%m:%d");
      guint8 *time;

      memcpy (entry_space (exif, EXIF_IFD_GPS, 0, EXIF_FORMAT_BYTE, 4), "\2\3\0\0", 4);
      set_text (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_LATITUDE_REF, o->lat < 0 ? "S" : "N");
      set_coordinate (exif, EXIF_TAG_GPS_LATITUDE, o->lat);
      set_text (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_LONGITUDE_REF, o->lon < 0 ? "W" : "E");
      set_coordinate (exif, EXIF_TAG_GPS_LONGITUDE, o->lon);
      if (!isnan (o->alt))
        {
          *entry_space (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_ALTITUDE_REF, EXIF_FORMAT_BYTE, 1) = o->alt < 0;
          set_ratio (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_ALTITUDE, fabs (o->alt), 10);
        }
      time = entry_space (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_TIME_STAMP, EXIF_FORMAT_RATIONAL, 3);
      exif_set_rational (time, EXIF_BYTE_ORDER_INTEL, (ExifRational){ g_date_time_get_hour (utc), 1 });
      exif_set_rational (time + 8, EXIF_BYTE_ORDER_INTEL, (ExifRational){ g_date_time_get_minute (utc), 1 });
      exif_set_rational (time + 16, EXIF_BYTE_ORDER_INTEL, (ExifRational){ g_date_time_get_second (utc), 1 });
      set_text (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_DATE_STAMP, date);
      if (!isnan (o->direction))
        {
          set_text (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_IMG_DIRECTION_REF, "T");
          set_ratio (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_IMG_DIRECTION, o->direction, 10);
        }
      if (!isnan (o->accuracy))
        set_ratio (exif, EXIF_IFD_GPS, EXIF_TAG_GPS_H_POSITIONING_ERROR, o->accuracy, 10);
    }
  exif_data_save_data (exif, &data, &size);
  exif_data_unref (exif);
  bytes = g_bytes_new (data, size);
  free (data);
  return bytes;
}

/* Turns an upright picture into what a camera held that way stores. */
static guint8 *
turn (guint8 *upright, int *width, int *height, int orientation)
{
  int w = *width;
  int h = *height;
  guint8 *stored;

  if (orientation < 2)
    return upright;
  if (orientation >= 5)
    {
      *width = h;
      *height = w;
    }
  stored = g_malloc_n ((gsize)w * h, 3);
  for (int y = 0; y < h; y++)
    for (int x = 0; x < w; x++)
      {
        int sx = orientation == 2 || orientation == 3 ? w - 1 - x : x;
        int sy = orientation == 3 || orientation == 4 ? h - 1 - y : y;

        if (orientation >= 5)
          {
            sx = orientation == 7 || orientation == 8 ? h - 1 - y : y;
            sy = orientation == 6 || orientation == 7 ? w - 1 - x : x;
          }
        memcpy (stored + ((gsize)sy * *width + sx) * 3, upright + ((gsize)y * w + x) * 3, 3);
      }
  g_free (upright);
  return stored;
}

static GBytes *
encode (guint8 *pixels, int width, int height, GBytes *exif)
{
  struct jpeg_compress_struct cinfo;
  struct jpeg_error_mgr errors;
  unsigned char *out = NULL;
  unsigned long size = 0;
  gsize exif_size;
  const guint8 *block = g_bytes_get_data (exif, &exif_size);

  cinfo.err = jpeg_std_error (&errors);
  jpeg_create_compress (&cinfo);
  jpeg_mem_dest (&cinfo, &out, &size);
  cinfo.image_width = width;
  cinfo.image_height = height;
  cinfo.input_components = 3;
  cinfo.in_color_space = JCS_RGB;
  jpeg_set_defaults (&cinfo);
  jpeg_set_quality (&cinfo, 90, TRUE);
  cinfo.write_JFIF_header = FALSE;
  jpeg_start_compress (&cinfo, TRUE);
  jpeg_write_marker (&cinfo, JPEG_APP0 + 1, block, exif_size);
  while (cinfo.next_scanline < cinfo.image_height)
    {
      JSAMPROW row = pixels + (gsize)cinfo.next_scanline * width * 3;

      jpeg_write_scanlines (&cinfo, &row, 1);
    }
  jpeg_finish_compress (&cinfo);
  jpeg_destroy_compress (&cinfo);
  return g_bytes_new_with_free_func (out, size, free, out);
}

static gboolean
draw (const Options *o, GError **error)
{
  TstSceneRequest request = { o->scene, o->phase, o->progress, o->weather, o->place >= 0 ? o->place : o->seed,
                              o->seed,  o->width, o->height };
  g_autoptr (GDateTime) taken = o->taken_at != NULL ? g_date_time_new_from_iso8601 (o->taken_at, NULL) : NULL;
  g_autoptr (GBytes) exif = NULL;
  g_autoptr (GBytes) jpeg = NULL;
  int width = o->width;
  int height = o->height;
  guint8 *pixels;

  if (o->scene == NULL || o->phase == NULL || o->out == NULL || taken == NULL)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           "scene, phase, out and taken-at (RFC 3339 with an offset) are needed");
      return FALSE;
    }
  /* Taller than wide leaves no room for a horizon; larger than a camera makes is a slip. */
  if (width < 64 || height < 48 || width > 8000 || height > 8000 || height > width * 2 || width > height * 4
      || o->orientation < 1 || o->orientation > 8 || o->weather < -1 || o->weather > 4)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           "size, orientation or weather out of range");
      return FALSE;
    }
  pixels = tst_draw_scene (&request);
  if (pixels == NULL)
    {
      g_autofree char *names = g_strjoinv (", ", (char **)tst_scene_names);

      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "no such scene or phase: scenes are %s; phases antes, durante, despues, hito", names);
      return FALSE;
    }
  pixels = turn (pixels, &width, &height, o->orientation);
  exif = make_exif (o, taken);
  jpeg = encode (pixels, width, height, exif);
  g_free (pixels);
  return g_file_set_contents (o->out, g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg), error);
}

static Options
defaults (void)
{
  return (Options){ .seed = 1,
                    .place = -1,
                    .progress = -1,
                    .weather = -1,
                    .width = 1600,
                    .height = 1200,
                    .orientation = 1,
                    .lat = NAN,
                    .lon = NAN,
                    .alt = NAN,
                    .accuracy = NAN,
                    .direction = NAN };
}

static void
clear (Options *o)
{
  g_free (o->scene);
  g_free (o->phase);
  g_free (o->taken_at);
  g_free (o->out);
}

static gboolean
draw_line (JsonObject *object, GError **error)
{
  Options o = defaults ();
  const struct
  {
    const char *name;
    char **text;
    int *number;
    double *real;
  } members[] = {
    { "scene", &o.scene, NULL, NULL },
    { "phase", &o.phase, NULL, NULL },
    { "taken-at", &o.taken_at, NULL, NULL },
    { "out", &o.out, NULL, NULL },
    { "seed", NULL, &o.seed, NULL },
    { "place", NULL, &o.place, NULL },
    { "progress", NULL, &o.progress, NULL },
    { "weather", NULL, &o.weather, NULL },
    { "width", NULL, &o.width, NULL },
    { "height", NULL, &o.height, NULL },
    { "orientation", NULL, &o.orientation, NULL },
    { "lat", NULL, NULL, &o.lat },
    { "lon", NULL, NULL, &o.lon },
    { "alt", NULL, NULL, &o.alt },
    { "accuracy", NULL, NULL, &o.accuracy },
    { "direction", NULL, NULL, &o.direction },
  };
  gboolean ok;

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      JsonNode *node = json_object_get_member (object, members[i].name);

      if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
        continue;
      if (members[i].text != NULL)
        *members[i].text = json_node_dup_string (node);
      else if (members[i].number != NULL)
        *members[i].number = json_node_get_int (node);
      else
        *members[i].real = json_node_get_double (node);
    }
  ok = draw (&o, error);
  clear (&o);
  return ok;
}

static gboolean
draw_batch (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (JsonNode) node = NULL;

      if (*g_strstrip (lines[i]) == '\0')
        continue;
      node = json_from_string (lines[i], error);
      if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node) || !draw_line (json_node_get_object (node), error))
        {
          if (error != NULL && *error == NULL)
            g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "not an object");
          g_prefix_error (error, "line %u: ", i + 1);
          return FALSE;
        }
    }
  return TRUE;
}

int
main (int argc, char **argv)
{
  Options o = defaults ();
  g_autofree char *batch = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new ("— photographs of a town that does not exist");
  const GOptionEntry entries[]
      = { { "scene", 0, 0, G_OPTION_ARG_STRING, &o.scene, "street, bridge, school, park or wall", "NAME" },
          { "phase", 0, 0, G_OPTION_ARG_STRING, &o.phase, "antes, durante, despues or hito", "P" },
          { "progress", 0, 0, G_OPTION_ARG_INT, &o.progress, "of durante, 0 to 100", "N" },
          { "place", 0, 0, G_OPTION_ARG_INT, &o.place, "the same number, the same place (else the seed)",
            "N" },
          { "seed", 0, 0, G_OPTION_ARG_INT, &o.seed, "the day: light, weather, people", "N" },
          { "weather", 0, 0, G_OPTION_ARG_INT, &o.weather, "0 clear, 1 cumulus, 2 golden, 3 overcast, 4 rain",
            "N" },
          { "width", 0, 0, G_OPTION_ARG_INT, &o.width, "upright width in pixels", "W" },
          { "height", 0, 0, G_OPTION_ARG_INT, &o.height, "upright height in pixels", "H" },
          { "orientation", 0, 0, G_OPTION_ARG_INT, &o.orientation, "EXIF orientation, 1 to 8", "N" },
          { "lat", 0, 0, G_OPTION_ARG_DOUBLE, &o.lat, "degrees", "D" },
          { "lon", 0, 0, G_OPTION_ARG_DOUBLE, &o.lon, "degrees", "D" },
          { "alt", 0, 0, G_OPTION_ARG_DOUBLE, &o.alt, "metres", "M" },
          { "accuracy", 0, 0, G_OPTION_ARG_DOUBLE, &o.accuracy, "metres", "M" },
          { "direction", 0, 0, G_OPTION_ARG_DOUBLE, &o.direction, "degrees from true north", "D" },
          { "taken-at", 0, 0, G_OPTION_ARG_STRING, &o.taken_at, "RFC 3339 with the offset", "TIME" },
          { "out", 0, 0, G_OPTION_ARG_FILENAME, &o.out, "JPEG to write", "FILE" },
          { "batch", 0, 0, G_OPTION_ARG_FILENAME, &batch, "many, one JSON object a line", "FILE.jsonl" },
          { 0 } };
  gboolean ok;

  g_option_context_add_main_entries (context, entries, NULL);
  ok = g_option_context_parse (context, &argc, &argv, &error)
       && (batch != NULL ? draw_batch (batch, &error) : draw (&o, &error));
  clear (&o);
  if (!ok)
    {
      g_printerr ("testigo-draw: %s\n", error->message);
      return 2;
    }
  return 0;
}
