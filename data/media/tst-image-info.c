/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-image-info.h"

#include "base/tst-error.h"
#include "media/tst-exif-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* No honest file has more pieces than this before its end; bounds the time that a hostile one costs. */
#define MAX_SEGMENTS 100000
/* Stray bytes between JPEG segments that are forgiven, as decoders do. */
#define MAX_STRAY 4096
/* EXIF lies within 64 KiB in a JPEG; elsewhere libexif reads no more than that. */
#define MAX_EXIF 65536

/* The names are on the wire; append only. */
static const char *const mime_types[] = {
  [TST_IMAGE_NONE] = NULL,         [TST_IMAGE_JPEG] = "image/jpeg", [TST_IMAGE_PNG] = "image/png",
  [TST_IMAGE_TIFF] = "image/tiff", [TST_IMAGE_WEBP] = "image/webp",
  [TST_IMAGE_HEIC] = "image/heic",
};

const char *
tst_image_type_mime (TstImageType type)
{
  return mime_types[type];
}

TstImageType
tst_image_type_from_mime (const char *mime)
{
  for (guint i = 1; i < G_N_ELEMENTS (mime_types); i++)
    if (g_strcmp0 (mime, mime_types[i]) == 0)
      return i;
  return TST_IMAGE_NONE;
}

static const char heif_brands[][5] = { "heic", "heix", "heim", "heis", "mif1" };

TstImageType
tst_image_sniff (const void *data, gsize size)
{
  if (size >= 3 && memcmp (data, "\xff\xd8\xff", 3) == 0)
    return TST_IMAGE_JPEG;
  if (size >= 8 && memcmp (data, "\x89PNG\r\n\x1a\n", 8) == 0)
    return TST_IMAGE_PNG;
  if (size >= 8
      && (memcmp (data, "II*\0", 4) == 0 || memcmp (data, "MM\0*", 4) == 0
          || memcmp (data, "II+\0\x08\0\0\0", 8) == 0 || memcmp (data, "MM\0+\0\x08\0\0", 8) == 0))
    return TST_IMAGE_TIFF;
  if (size >= 16 && memcmp (data, "RIFF", 4) == 0 && memcmp ((const guint8 *)data + 8, "WEBPVP8", 7) == 0)
    return TST_IMAGE_WEBP;
  /* ISO/IEC 23008-12, annex B: HEVC pictures and their collections. */
  if (size >= 12 && memcmp ((const guint8 *)data + 4, "ftyp", 4) == 0)
    for (guint i = 0; i < G_N_ELEMENTS (heif_brands); i++)
      if (memcmp ((const guint8 *)data + 8, heif_brands[i], 4) == 0)
        return TST_IMAGE_HEIC;
  return TST_IMAGE_NONE;
}

gboolean
tst_image_source_read (const TstImageSource *source, guint64 offset, void *data, gsize size)
{
  guint8 *at = data;

  if (source->fd < 0)
    {
      if (offset > source->size || size > source->size - offset)
        return FALSE;
      if (size > 0)
        memcpy (data, source->data + offset, size);
      return TRUE;
    }
  if (offset > G_MAXINT64 - size)
    return FALSE;
  while (size > 0)
    {
      ssize_t n = pread (source->fd, at, size, offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      at += n;
      offset += n;
      size -= n;
    }
  return TRUE;
}

static guint32
be (const guint8 *at, guint size)
{
  guint32 value = 0;

  for (guint i = 0; i < size; i++)
    value = value << 8 | at[i];
  return value;
}

static guint32
le (const guint8 *at, guint size)
{
  guint32 value = 0;

  for (guint i = size; i > 0; i--)
    value = value << 8 | at[i - 1];
  return value;
}

static void
read_exif_at (TstImageInfo *self, const TstImageSource *source, guint64 offset, gsize size)
{
  g_autofree guint8 *block = NULL;

  size = MIN (size, MAX_EXIF);
  block = g_malloc (size + 1);
  if (tst_image_source_read (source, offset, block, size))
    tst_exif_read (self, block, size);
  else
    self->exif_damaged = TRUE;
}

/* ITU-T T.81 annex B: markers up to the start of the scan. */
static gboolean
read_jpeg (TstImageInfo *self, const TstImageSource *source)
{
  guint64 at = 2;
  guint stray = 0;
  gboolean has_exif = FALSE;

  for (guint i = 0; i < MAX_SEGMENTS; i++)
    {
      guint8 head[4];
      guint8 body[6];
      guint marker;
      guint length;

      if (!tst_image_source_read (source, at, head, 2))
        return FALSE;
      if (head[0] != 0xff || head[1] == 0xff || head[1] == 0)
        {
          /* 0xFF may be repeated as padding before a marker. */
          at++;
          if (++stray > MAX_STRAY)
            return FALSE;
          continue;
        }
      marker = head[1];
      if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8))
        {
          at += 2;
          continue;
        }
      if (marker == 0xd9 || marker == 0xda || !tst_image_source_read (source, at, head, 4))
        return FALSE;
      length = be (head + 2, 2);
      if (length < 2)
        return FALSE;
      if (marker == 0xe1 && !has_exif && length >= 8 && tst_image_source_read (source, at + 4, body, 6)
          && memcmp (body, "Exif\0", 5) == 0)
        {
          has_exif = TRUE;
          read_exif_at (self, source, at + 10, length - 8);
        }
      else if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc)
        {
          if (length < 8 || !tst_image_source_read (source, at + 4, body, 5))
            return FALSE;
          self->height = be (body + 1, 2);
          self->width = be (body + 3, 2);
          return self->width > 0 && self->height > 0;
        }
      at += 2 + length;
    }
  return FALSE;
}

/* PNG (third edition): IHDR first, eXIf anywhere before the end. */
static gboolean
read_png (TstImageInfo *self, const TstImageSource *source)
{
  guint64 at = 8;
  guint8 head[16];

  if (!tst_image_source_read (source, at, head, 16) || be (head, 4) != 13
      || memcmp (head + 4, "IHDR", 4) != 0)
    return FALSE;
  self->width = be (head + 8, 4);
  self->height = be (head + 12, 4);
  if (self->width == 0 || self->height == 0 || self->width > G_MAXINT32 || self->height > G_MAXINT32)
    return FALSE;
  for (guint i = 0; i < MAX_SEGMENTS && tst_image_source_read (source, at, head, 8); i++)
    {
      guint32 length = be (head, 4);

      if (memcmp (head + 4, "IEND", 4) == 0)
        break;
      if (memcmp (head + 4, "eXIf", 4) == 0)
        {
          read_exif_at (self, source, at + 8, length);
          break;
        }
      at += 12 + (guint64)length;
    }
  return TRUE;
}

/* RFC 9649, sections 2.4 to 2.7. */
static gboolean
read_webp (TstImageInfo *self, const TstImageSource *source)
{
  guint64 at = 12;
  guint8 head[18];
  gboolean exif_expected;

  if (!tst_image_source_read (source, at, head, 18))
    return FALSE;
  if (memcmp (head, "VP8 ", 4) == 0)
    {
      if (memcmp (head + 11, "\x9d\x01\x2a", 3) != 0)
        return FALSE;
      self->width = le (head + 14, 2) & 0x3fff;
      self->height = le (head + 16, 2) & 0x3fff;
      return self->width > 0 && self->height > 0;
    }
  if (memcmp (head, "VP8L", 4) == 0)
    {
      guint32 bits = le (head + 9, 4);

      self->width = 1 + (bits & 0x3fff);
      self->height = 1 + (bits >> 14 & 0x3fff);
      return head[8] == 0x2f;
    }
  if (memcmp (head, "VP8X", 4) != 0)
    return FALSE;
  self->width = 1 + le (head + 12, 3);
  self->height = 1 + le (head + 15, 3);
  exif_expected = (head[8] & 0x08) != 0;
  for (guint i = 0; i < MAX_SEGMENTS && tst_image_source_read (source, at, head, 8); i++)
    {
      guint32 length = le (head + 4, 4);

      if (memcmp (head, "EXIF", 4) == 0)
        {
          read_exif_at (self, source, at + 8, length);
          return TRUE;
        }
      at += 8 + (guint64)length + length % 2;
    }
  if (exif_expected)
    self->exif_damaged = TRUE;
  return TRUE;
}

static gboolean
read_tiff (TstImageInfo *self, const TstImageSource *source)
{
  g_autoptr (GBytes) block = NULL;

  if (!tst_tiff_read_header (source, &self->width, &self->height, &block, &self->exif_damaged))
    return FALSE;
  if (block != NULL)
    tst_exif_read (self, g_bytes_get_data (block, NULL), g_bytes_get_size (block));
  return TRUE;
}

static TstImageInfo *
read_source (const TstImageSource *source, guint64 size, GError **error)
{
  g_autoptr (TstImageInfo) self = g_new0 (TstImageInfo, 1);
  guint8 head[16] = { 0 };
  gsize n_head = MIN (sizeof head, size);
  gboolean ok = FALSE;

  if (!tst_image_source_read (source, 0, head, n_head))
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE, "The file cannot be read");
      return NULL;
    }
  self->orientation = 1;
  self->type = tst_image_sniff (head, n_head);
  switch (self->type)
    {
    case TST_IMAGE_JPEG:
      ok = read_jpeg (self, source);
      break;
    case TST_IMAGE_PNG:
      ok = read_png (self, source);
      break;
    case TST_IMAGE_TIFF:
      ok = read_tiff (self, source);
      break;
    case TST_IMAGE_WEBP:
      ok = read_webp (self, source);
      break;
    case TST_IMAGE_HEIC:
      ok = tst_heif_read_header (self, source);
      break;
    case TST_IMAGE_NONE:
    default:
      g_set_error_literal (
          error, TST_ERROR, TST_ERROR_NOT_AN_IMAGE,
          "The file is not a JPEG, PNG, TIFF, WebP or HEIC picture, whatever its name says. Choose another.");
      return NULL;
    }
  if (!ok)
    {
      g_set_error_literal (
          error, TST_ERROR, TST_ERROR_DAMAGED_IMAGE,
          "The picture is damaged: not even its size can be read. Copy it again from the camera.");
      return NULL;
    }
  return g_steal_pointer (&self);
}

TstImageInfo *
tst_image_info_read (const char *path, GError **error)
{
  TstImageSource source = { .fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) };
  TstImageInfo *self = NULL;
  struct stat st;

  if (source.fd < 0)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE, "The file cannot be opened: %s",
                   g_strerror (errno));
      return NULL;
    }
  if (fstat (source.fd, &st) != 0 || !S_ISREG (st.st_mode))
    g_set_error_literal (error, TST_ERROR, TST_ERROR_FILE_UNREADABLE, "That is not a file");
  else
    self = read_source (&source, st.st_size, error);
  close (source.fd);
  return self;
}

TstImageInfo *
tst_image_info_read_bytes (GBytes *bytes, GError **error)
{
  TstImageSource source = { .fd = -1 };

  source.data = g_bytes_get_data (bytes, &source.size);
  return read_source (&source, source.size, error);
}

void
tst_image_info_free (TstImageInfo *self)
{
  g_free (self->make);
  g_free (self->model);
  g_free (self->software);
  g_free (self->unique_id);
  g_free (self);
}

char *
tst_image_info_taken_at (const TstImageInfo *self, GTimeZone *zone, gboolean *offset_from_exif)
{
  g_autoptr (GTimeZone) own = NULL;
  g_autoptr (GDateTime) time = NULL;

  if (offset_from_exif != NULL)
    *offset_from_exif = self->has_taken_at && self->has_offset;
  if (!self->has_taken_at)
    return NULL;
  own = self->has_offset ? g_time_zone_new_offset (self->offset_minutes * 60) : g_time_zone_ref (zone);
  time = g_date_time_new (own, self->year, self->month, self->day, self->hour, self->minute, self->second);
  return time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%S%:z") : NULL;
}
