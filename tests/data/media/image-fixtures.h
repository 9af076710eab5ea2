/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Pictures and EXIF blocks made at test time, by code that shares nothing with the readers under test. */

typedef enum
{
  FIXTURE_IFD_MAIN,
  FIXTURE_IFD_EXIF,
  FIXTURE_IFD_GPS,
  FIXTURE_N_IFDS
} FixtureIfd;

typedef struct _FixtureExif FixtureExif;
FixtureExif *fixture_exif_new (gboolean big_endian);
void fixture_exif_free (FixtureExif *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FixtureExif, fixture_exif_free)
void fixture_exif_raw (FixtureExif *self, FixtureIfd ifd, guint tag, guint type, guint count,
                       const void *data, gsize size);
void fixture_exif_text (FixtureExif *self, FixtureIfd ifd, guint tag, const char *text);
void fixture_exif_byte (FixtureExif *self, FixtureIfd ifd, guint tag, guint value);
void fixture_exif_short (FixtureExif *self, FixtureIfd ifd, guint tag, guint value);
void fixture_exif_long (FixtureExif *self, FixtureIfd ifd, guint tag, guint32 value);
/* @n pairs of numerator and denominator, as unsigned or signed rationals. */
void fixture_exif_ratios (FixtureExif *self, FixtureIfd ifd, guint tag, gboolean is_signed, guint n,
                          const gint64 *pairs);
/* The block from the TIFF header on. */
GBytes *fixture_exif_block (FixtureExif *self);

/* @exif may be NULL. Pixels are a gradient with seeded noise. */
GBytes *fixture_jpeg (guint width, guint height, GBytes *exif);
GBytes *fixture_png (guint width, guint height, GBytes *exif);
GBytes *fixture_webp (guint width, guint height, GBytes *exif);
/* Takes the tags themselves, since they share the file's first folder; @exif may be NULL. */
GBytes *fixture_tiff (guint width, guint height, FixtureExif *exif);
guint8 *fixture_pixels (guint width, guint height);
