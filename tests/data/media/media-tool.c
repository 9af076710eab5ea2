/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the scripted tests need of C:
 *   media-tool write DIR            pictures with EXIF of many kinds
 *   media-tool dump FILE...         what we read of each, a JSON object a line
 *   media-tool derive WORKER IN DIR its public derivatives, through the sandbox
 *   media-tool derivatives WORKER DIR FILE…  the same of each, one after the other: what tests/bench/bench-derivatives.py measures */

#include "base/tst-codec.h"
#include "media/tst-exif-write.h"
#include "media/tst-picture.h"
#include "media/tst-thumbnail.h"

#include "image-fixtures.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static FixtureExif *
make (guint i)
{
  static const char *const offsets[] = { "-05:00", "+00:00", "+05:45", "-03:30", "+14:00", "-12:00" };
  FixtureExif *exif = fixture_exif_new (i / 2 % 2);
  g_autofree char *model = g_strdup_printf ("Modelo %u", i);
  g_autofree char *time = g_strdup_printf ("20%02u:%02u:%02u %02u:%02u:%02u", i % 30, 1 + i % 12, 1 + i % 28,
                                           i % 24, i % 60, (i * 7) % 60);
  guint degrees = (i * 37) % 90;

  fixture_exif_text (exif, FIXTURE_IFD_MAIN, 0x010f, i % 3 == 0 ? "Acme" : "Fábrica");
  fixture_exif_text (exif, FIXTURE_IFD_MAIN, 0x0110, model);
  fixture_exif_short (exif, FIXTURE_IFD_MAIN, 0x0112, 1 + i % 8);
  fixture_exif_text (exif, FIXTURE_IFD_EXIF, 0x9003, time);
  if (i % 4 != 3)
    fixture_exif_text (exif, FIXTURE_IFD_EXIF, 0x9011, offsets[i % G_N_ELEMENTS (offsets)]);

  fixture_exif_text (exif, FIXTURE_IFD_GPS, 1, i % 2 ? "S" : "N");
  fixture_exif_text (exif, FIXTURE_IFD_GPS, 3, i / 2 % 2 ? "E" : "W");
  switch (i % 3)
    {
    case 0: /* degrees, minutes, seconds */
      fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 2, FALSE, 3,
                           (gint64[]){ degrees, 1, i % 60, 1, 1234 + i, 100 });
      fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 4, FALSE, 3,
                           (gint64[]){ degrees + 73, 1, 59 - i % 60, 1, 4321 - i, 100 });
      break;
    case 1: /* degrees and decimal minutes */
      fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 2, FALSE, 3,
                           (gint64[]){ degrees, 1, 123456 + i, 10000, 0, 1 });
      fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 4, FALSE, 3,
                           (gint64[]){ degrees + 73, 1, 543210 + i, 10000, 0, 1 });
      break;
    default: /* decimal degrees */
      fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 2, FALSE, 3,
                           (gint64[]){ degrees * 100000 + 12345 + i, 100000, 0, 1, 0, 1 });
      fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 4, FALSE, 3,
                           (gint64[]){ degrees * 100000 + 7312345 + i, 100000, 0, 1, 0, 1 });
      break;
    }
  fixture_exif_byte (exif, FIXTURE_IFD_GPS, 5, i / 3 % 2);
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 6, FALSE, 1, (gint64[]){ 95950 + i, 100 });
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 7, FALSE, 3,
                       (gint64[]){ i % 24, 1, i % 60, 1, (i * 11) % 60, 1 });
  fixture_exif_text (exif, FIXTURE_IFD_GPS, 0x10, i % 2 ? "M" : "T");
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 0x11, FALSE, 1, (gint64[]){ (i * 100) % 3600, 10 });
  fixture_exif_text (exif, FIXTURE_IFD_GPS, 0x1d, "2026:03:27");
  fixture_exif_ratios (exif, FIXTURE_IFD_GPS, 0x1f, FALSE, 1, (gint64[]){ 30 + i, 10 });
  return exif;
}

static int
write_all (const char *folder)
{
  static GBytes *(*const wraps[]) (guint, guint, GBytes *) = { fixture_jpeg, fixture_png, fixture_webp };
  static const char *const suffixes[] = { "jpg", "png", "webp", "tif" };

  for (guint i = 0; i < 48; i++)
    {
      g_autoptr (FixtureExif) exif = make (i);
      /* Each orientation in each format. */
      guint kind = (i + i / 8) % 4;
      g_autoptr (GBytes) bytes = NULL;
      g_autofree char *path = g_strdup_printf ("%s/%02u.%s", folder, i, suffixes[kind]);

      if (kind == 3)
        bytes = fixture_tiff (40 + i, 30, exif);
      else
        {
          g_autoptr (GBytes) block = fixture_exif_block (exif);

          bytes = wraps[kind](40 + i, 30, block);
        }
      if (!g_file_set_contents (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL))
        return 1;
    }
  return 0;
}

static void
dump (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TstImageInfo) info = tst_image_info_read (path, &error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
#define MEMBER(name, kind, value)                                                                            \
  (json_builder_set_member_name (builder, name), json_builder_add_##kind##_value (builder, value))
  MEMBER ("file", string, path);
  if (info == NULL)
    MEMBER ("error", string, error->message);
  else
    {
      MEMBER ("mime", string, tst_image_type_mime (info->type));
      MEMBER ("width", int, info->width);
      MEMBER ("height", int, info->height);
      MEMBER ("orientation", int, info->orientation);
      MEMBER ("damaged", boolean, info->exif_damaged);
      if (info->make != NULL)
        MEMBER ("make", string, info->make);
      if (info->model != NULL)
        MEMBER ("model", string, info->model);
      if (info->has_taken_at)
        {
          g_autofree char *time = g_strdup_printf ("%04d:%02d:%02d %02d:%02d:%02d", info->year, info->month,
                                                   info->day, info->hour, info->minute, info->second);

          MEMBER ("taken", string, time);
        }
      if (info->has_offset)
        {
          g_autofree char *offset
              = g_strdup_printf ("%c%02d:%02d", info->offset_minutes < 0 ? '-' : '+',
                                 ABS (info->offset_minutes) / 60, ABS (info->offset_minutes) % 60);

          MEMBER ("offset", string, offset);
        }
      if (info->has_gps_time)
        {
          g_autofree char *time = tst_time_format (info->gps_utc_s);

          MEMBER ("gps_time", string, time);
        }
      if (info->has_position)
        {
          MEMBER ("latitude", double, info->latitude);
          MEMBER ("longitude", double, info->longitude);
        }
      if (info->has_altitude)
        MEMBER ("altitude", double, info->altitude_m);
      if (info->has_accuracy)
        MEMBER ("accuracy", double, info->accuracy_m);
      if (info->has_direction)
        {
          MEMBER ("direction", double, info->direction_deg);
          MEMBER ("magnetic", boolean, info->direction_magnetic);
        }
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  /* Not g_print(), which would convert to the locale. */
  puts (text);
}

static int
derive (const char *worker, const char *path, const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) derivatives = NULL;
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd >= 0)
    derivatives = tst_derive_in_sandbox (worker, fd, NULL, &error);
  if (derivatives == NULL)
    {
      g_printerr ("%s: %s\n", path, error != NULL ? error->message : "cannot be opened");
      return 1;
    }
  close (fd);
  for (guint i = 0; i < derivatives->len; i++)
    {
      const TstDerivative *derivative = derivatives->pdata[i];
      g_autofree char *base = g_path_get_basename (path);
      g_autofree char *name = g_strdup_printf ("%s/%s-%u.%s", folder, base, derivative->width,
                                              derivative->type == TST_IMAGE_WEBP ? "webp" : "jpg");

      if (!g_file_set_contents (name, g_bytes_get_data (derivative->bytes, NULL),
                                g_bytes_get_size (derivative->bytes), NULL))
        return 1;
    }
  return 0;
}

/* Each as a JPEG of @width in @folder, one after the other: what tests/bench/bench-thumbnails.py measures. */
static int
thumbnails (const char *folder, guint width, char **files)
{
  for (; *files != NULL; files++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (TstPicture) small = tst_thumbnail_load (*files, width, &error);
      g_autoptr (GBytes) jpeg = small != NULL ? tst_picture_to_jpeg (small, 75, &error) : NULL;
      g_autofree char *base = g_path_get_basename (*files);
      g_autofree char *path = g_build_filename (folder, base, NULL);

      if (jpeg == NULL || !g_file_set_contents (path, g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg), &error))
        g_error ("%s", error->message);
    }
  return 0;
}

static int
exif_write (const char *from, const char *to, gboolean magnetic)
{
  const TstPlace place = { .latitude = -4.2153, .longitude = -69.9406, .accuracy_m = 4.5, .altitude_m = 96.25, .heading_deg = 271.5,
                           .heading_magnetic = magnetic, .source = "gnss" };
  const TstExifFacts facts = { .utc_us = G_GINT64_CONSTANT (1774623965250000), .offset_s = -5 * 3600, .place = &place,
                               .place_utc_us = G_GINT64_CONSTANT (1774623964000000), .device = "Invented Cam", .software = "Testigo 0",
                               .unique_id = "00112233445566778899aabbccddeeff" };
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  g_autoptr (GBytes) original = NULL;
  g_autoptr (GBytes) written = NULL;
  gsize size;

  if (!g_file_get_contents (from, &data, &size, &error))
    g_error ("%s", error->message);
  original = g_bytes_new_take (g_steal_pointer (&data), size);
  written = tst_exif_write (original, &facts, &error);
  if (written == NULL || !g_file_set_contents (to, g_bytes_get_data (written, NULL), g_bytes_get_size (written), &error))
    g_error ("%s", error->message);
  return 0;
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "write") == 0)
    return write_all (argv[2]);
  if (argc >= 3 && strcmp (argv[1], "dump") == 0)
    {
      for (int i = 2; i < argc; i++)
        dump (argv[i]);
      return 0;
    }
  if (argc >= 5 && strcmp (argv[1], "thumbnails") == 0)
    return thumbnails (argv[2], atoi (argv[3]), argv + 4);
  if ((argc == 4 || argc == 5) && strcmp (argv[1], "exif-write") == 0)
    return exif_write (argv[2], argv[3], argc == 5 && strcmp (argv[4], "magnetic") == 0);
  if (argc >= 5 && strcmp (argv[1], "derivatives") == 0)
    {
      for (int i = 4; i < argc; i++)
        if (derive (argv[2], argv[i], argv[3]) != 0)
          return 1;
      return 0;
    }
  if (argc == 5 && strcmp (argv[1], "derive") == 0)
    return derive (argv[2], argv[3], argv[4]);
  return 2;
}
