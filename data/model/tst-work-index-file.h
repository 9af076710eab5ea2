/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tst-work-index.h"

G_BEGIN_DECLS

/* The index of works as a file that is looked at where it lies. It is derived, may be thrown away at any time, and is of this machine and this version
 * only. Works are public; nothing else is in it.
 *
 *   head      8 bytes "TSTWORKS", 32 SHA-256 of all that follows, 4 a number that shows the order of bytes, 4 version,
 *             32 stamp, then how many works and how many bytes of strings and of texts, 8 each
 *   rows      TstWorkRow, by code
 *   strings   each ends with a 0; the first is empty
 *   texts     ' ', the search text, '\n' of each work
 *
 * It is not made durable: one that a power cut tore is found by its hash, and made anew. It must lie on a disk that nobody pulls out while the program runs
 * (its user's cache, not the data folder's card): what is mapped from a disk that is gone ends the program. */

/* Beside @path, then renamed to it: whoever looks at the one before goes on doing so. Makes the folder. TST_ERROR_NO_SPACE already when the disk would be
 * left with less than @spare bytes. Blocks. */
gboolean tst_work_index_write (TstWorkIndex *self, const char *path, guint64 spare, GError **error);

/* The index of @path, if it is whole, of this version, and has that stamp, which must say something. TST_ERROR_NOT_FOUND, TST_ERROR_WRONG_STATE (another
 * stamp, version or machine), TST_ERROR_TORN, TST_ERROR_HASH_MISMATCH, TST_ERROR_FILE_UNREADABLE. Reads all of it once: not for the main loop. */
TstWorkIndex *tst_work_index_map (const char *path, const char *stamp, GError **error);

G_END_DECLS
