/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tst-exif-private.h"

#include <string.h>

/* HEIF (ISO/IEC 23008-12) over ISO/IEC 14496-12: which item is the picture, how large it is shown, and where its EXIF block lies. No pixels, and no
 * library: so that time and place of a picture are known on a machine that cannot show it. */

/* The boxes that describe a picture; honest ones are some kilobytes. */
#define MAX_META (4u * 1024 * 1024)
#define MAX_BOXES 10000
#define MAX_EXIF 65536

/* A stretch of bytes that is read from the front; once something is missing, all that follows is. */
typedef struct
{
  const guint8 *at;
  gsize left;
  gboolean broken;
} Bytes;

typedef struct
{
  guint32 type;
  Bytes content;
} Box;

typedef struct
{
  const TstImageSource *source;
  Bytes iinf, iloc, ipco, ipma, idat;
  guint32 primary;
} Meta;

#define FOURCC(a, b, c, d) ((guint32)(a) << 24 | (guint32)(b) << 16 | (guint32)(c) << 8 | (d))

static guint64
take (Bytes *bytes, guint size)
{
  guint64 value = 0;

  if (bytes->broken || size > bytes->left)
    {
      bytes->broken = TRUE;
      bytes->left = 0;
      return 0;
    }
  for (guint i = 0; i < size; i++)
    value = value << 8 | bytes->at[i];
  bytes->at += size;
  bytes->left -= size;
  return value;
}

static gboolean
next_box (Bytes *bytes, Box *box)
{
  guint64 size, head = 8;

  if (bytes->left < 8)
    return FALSE;
  size = take (bytes, 4);
  box->type = (guint32)take (bytes, 4);
  if (size == 1)
    {
      size = take (bytes, 8);
      head = 16;
    }
  else if (size == 0)
    size = bytes->left + head;
  if (bytes->broken || size < head || size - head > bytes->left)
    {
      bytes->broken = TRUE;
      return FALSE;
    }
  box->content = (Bytes){ bytes->at, size - head, FALSE };
  bytes->at += size - head;
  bytes->left -= size - head;
  return TRUE;
}

static guint
take_version (Bytes *bytes, guint32 *flags)
{
  guint32 word = (guint32)take (bytes, 4);

  if (flags != NULL)
    *flags = word & 0xffffff;
  return word >> 24;
}

/* The first box of that name among those at the top of the file. */
static gboolean
find_meta (const TstImageSource *source, guint64 *offset, guint64 *size)
{
  guint64 at = 0;
  guint8 head[16];

  for (guint i = 0; i < MAX_BOXES && tst_image_source_read (source, at, head, 8); i++)
    {
      Bytes bytes = { head, 8, FALSE };
      guint64 length = take (&bytes, 4), skip = 8;

      if (length == 1)
        {
          if (!tst_image_source_read (source, at, head, 16))
            return FALSE;
          bytes = (Bytes){ head + 8, 8, FALSE };
          length = take (&bytes, 8);
          skip = 16;
        }
      if (length < skip || length > G_MAXINT64 - at)
        return FALSE;
      if (memcmp (head + 4, "meta", 4) == 0)
        {
          *offset = at + skip;
          *size = length - skip;
          return TRUE;
        }
      at += length;
    }
  return FALSE;
}

static gboolean
split_meta (Meta *self, Bytes bytes)
{
  Box box, inner;

  take_version (&bytes, NULL);
  while (next_box (&bytes, &box))
    switch (box.type)
      {
      case FOURCC ('p', 'i', 't', 'm'):
        self->primary = (guint32)take (&box.content, take_version (&box.content, NULL) == 0 ? 2 : 4);
        break;
      case FOURCC ('i', 'i', 'n', 'f'):
        self->iinf = box.content;
        break;
      case FOURCC ('i', 'l', 'o', 'c'):
        self->iloc = box.content;
        break;
      case FOURCC ('i', 'd', 'a', 't'):
        self->idat = box.content;
        break;
      case FOURCC ('i', 'p', 'r', 'p'):
        while (next_box (&box.content, &inner))
          if (inner.type == FOURCC ('i', 'p', 'c', 'o'))
            self->ipco = inner.content;
          else if (inner.type == FOURCC ('i', 'p', 'm', 'a'))
            self->ipma = inner.content;
        break;
      default:
        break;
      }
  return !bytes.broken && self->primary != 0;
}

/* 0: there is none. */
static guint32
find_exif_item (Meta *self)
{
  Bytes bytes = self->iinf;
  guint64 n = take (&bytes, take_version (&bytes, NULL) == 0 ? 2 : 4);
  Box box;

  for (guint64 i = 0; i < MIN (n, MAX_BOXES) && next_box (&bytes, &box); i++)
    {
      guint version = take_version (&box.content, NULL);
      guint32 id;

      if (box.type != FOURCC ('i', 'n', 'f', 'e') || version < 2)
        continue;
      id = (guint32)take (&box.content, version == 2 ? 2 : 4);
      take (&box.content, 2);
      if (take (&box.content, 4) == FOURCC ('E', 'x', 'i', 'f') && !box.content.broken)
        return id;
    }
  return 0;
}

static gboolean
read_property (Meta *self, guint index, TstImageInfo *info, gboolean *turned)
{
  Bytes bytes = self->ipco;
  Box box;

  for (guint i = 1; next_box (&bytes, &box); i++)
    {
      if (i != index)
        continue;
      if (box.type == FOURCC ('i', 's', 'p', 'e'))
        {
          take_version (&box.content, NULL);
          info->width = (guint)take (&box.content, 4);
          info->height = (guint)take (&box.content, 4);
        }
      else if (box.type == FOURCC ('i', 'r', 'o', 't'))
        *turned = (take (&box.content, 1) & 1) != 0;
      return !box.content.broken;
    }
  return index == 0;
}

static gboolean
read_properties (Meta *self, TstImageInfo *info)
{
  Bytes bytes = self->ipma;
  guint32 flags;
  guint version = take_version (&bytes, &flags);
  guint64 n = take (&bytes, 4);
  gboolean turned = FALSE;

  for (guint64 i = 0; i < n && !bytes.broken; i++)
    {
      guint32 item = (guint32)take (&bytes, version == 0 ? 2 : 4);
      guint associations = (guint)take (&bytes, 1);

      for (guint a = 0; a < associations && !bytes.broken; a++)
        {
          guint index = (guint)take (&bytes, (flags & 1) != 0 ? 2 : 1) & ((flags & 1) != 0 ? 0x7fff : 0x7f);

          if (item == self->primary && !bytes.broken && !read_property (self, index, info, &turned))
            return FALSE;
        }
    }
  if (turned)
    {
      guint width = info->width;

      info->width = info->height;
      info->height = width;
    }
  return info->width > 0 && info->height > 0 && info->width <= G_MAXINT32 && info->height <= G_MAXINT32;
}

/* Where an item's first stretch lies; cameras write EXIF in one. */
static gboolean
locate (Meta *self, guint32 wanted, guint *method, guint64 *offset, guint64 *size)
{
  Bytes bytes = self->iloc;
  guint version = take_version (&bytes, NULL);
  guint sizes = (guint)take (&bytes, 2);
  guint offset_size = sizes >> 12, length_size = sizes >> 8 & 15, base_size = sizes >> 4 & 15, index_size = version > 0 ? sizes & 15 : 0;
  guint64 n = take (&bytes, version < 2 ? 2 : 4);

  if (version > 2 || offset_size > 8 || length_size > 8 || base_size > 8 || index_size > 8)
    return FALSE;
  for (guint64 i = 0; i < n && !bytes.broken; i++)
    {
      guint32 id = (guint32)take (&bytes, version < 2 ? 2 : 4);
      guint64 base;
      guint extents;

      *method = version > 0 ? (guint)take (&bytes, 2) & 15 : 0;
      take (&bytes, 2);
      base = take (&bytes, base_size);
      extents = (guint)take (&bytes, 2);
      for (guint e = 0; e < extents && !bytes.broken; e++)
        {
          take (&bytes, index_size);
          *offset = take (&bytes, offset_size);
          *size = take (&bytes, length_size);
          if (id == wanted && !bytes.broken && base <= G_MAXINT64 && *offset <= G_MAXINT64 - base)
            {
              *offset += base;
              return e == 0 && extents == 1;
            }
        }
    }
  return FALSE;
}

static void
read_exif_item (Meta *self, TstImageInfo *info, guint32 item)
{
  guint method = 0;
  guint64 offset, size;
  g_autofree guint8 *block = NULL;
  Bytes bytes;
  guint64 skip;
  gboolean ok;

  if (!locate (self, item, &method, &offset, &size) || size < 8 || method > 1)
    {
      info->exif_damaged = TRUE;
      return;
    }
  size = MIN (size, MAX_EXIF);
  block = g_malloc (size);
  if (method == 1)
    {
      ok = offset <= self->idat.left && size <= self->idat.left - offset;
      if (ok)
        memcpy (block, self->idat.at + offset, size);
    }
  else
    ok = tst_image_source_read (self->source, offset, block, size);
  bytes = (Bytes){ block, size, FALSE };
  /* Annex A.2.1: how far behind these four bytes the TIFF header begins. */
  skip = take (&bytes, 4);
  if (ok && skip < bytes.left)
    tst_exif_read (info, bytes.at + skip, bytes.left - skip);
  else
    info->exif_damaged = TRUE;
}

gboolean
tst_heif_read_header (TstImageInfo *info, const TstImageSource *source)
{
  Meta meta = { .source = source };
  g_autofree guint8 *data = NULL;
  guint64 offset, size;
  guint32 exif;

  if (!find_meta (source, &offset, &size) || size > MAX_META)
    return FALSE;
  data = g_malloc (size);
  if (!tst_image_source_read (source, offset, data, size) || !split_meta (&meta, (Bytes){ data, size, FALSE })
      || !read_properties (&meta, info))
    return FALSE;
  exif = find_exif_item (&meta);
  if (exif != 0)
    read_exif_item (&meta, info, exif);
  /* The format's own turn counts, and decoders apply it; what EXIF says besides is a copy (23008-12, 6.5.10). */
  info->orientation = 1;
  return TRUE;
}
