/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-place.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What our own camera knows of a picture that it took. */
typedef struct
{
  gint64 utc_us;          /* of the shutter */
  int offset_s;           /* east of UTC of the wall time that is written, in seconds; whole minutes are written */
  const TstPlace *place;  /* (nullable) where the camera was; a work's own place is not that and is not written */
  gint64 place_utc_us;    /* the receiver's own time of the fix; 0: it told none */
  const char *device;     /* (nullable) the maker's name of the camera */
  const char *software;   /* "Testigo 0.1.0" */
  char unique_id[33];     /* 32 digits in hex: ImageUniqueID */
} TstExifFacts;

/**
 * tst_exif_write:
 * @jpeg: a whole JPEG file as a camera or an encoder gave it
 *
 * Splices an EXIF block (APP1; EXIF 2.32: GPS IFD, date with offset, software, unique id, orientation) in behind SOI. Where the camera wrote one, its
 * entries are kept but for those that we know better; its embedded thumbnail and maker notes are left out when the block would not fit. Tables,
 * frame, scan and entropy-coded bytes are carried over byte for byte. A motion-JPEG frame that leaves its Huffman tables out, as webcams do, gets
 * those of ITU-T T.81 annex K.3 before its scan, which are what it was coded with.
 *
 * Returns: (transfer full): TST_ERROR_DAMAGED_IMAGE when it is no JPEG file that can be spliced
 */
GBytes *tst_exif_write (GBytes *jpeg, const TstExifFacts *facts, GError **error);

G_END_DECLS
