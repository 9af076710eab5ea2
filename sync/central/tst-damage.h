/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"

G_BEGIN_DECLS

/* Media that central held and whose file somebody, or a disk, took away or altered. The devices are asked for them again; until they are back, "verify" and
 * "log status" say so. What is left of an altered file is kept in DIR/damaged: it may be the only copy. Any thread but the store's. */

/* Central does not hold it any more; devices bring it again when they have it. @code: static, of tst_error_code(). */
gboolean tst_damage_note (TstCentral *central, const TstHash *sha256, const char *code, GError **error);
/* By decision: what lies in DIR/damaged goes as well. */
void tst_damage_erase (TstCentral *central, const TstHash *sha256);

typedef struct
{
  TstHash sha256;
  const char *code; /* static */
  gboolean back;    /* it came again */
} TstDamage;
/* (element-type TstDamage) (transfer full) */
GArray *tst_damage_list (TstCentral *central, GError **error);

/**
 * TstScrubber:
 *
 * Reads every medium again, slowly and for ever, on a thread of its own: a bit that rots is found while some tablet still has the original. town.json's
 * "scrub_bytes_s" is how fast (2 MiB/s unless told; 0: not at all).
 */
typedef struct _TstScrubber TstScrubber;
TstScrubber *tst_scrubber_new (TstCentral *central); /* (nullable) when it is off */
void tst_scrubber_free (TstScrubber *self);           /* waits for the file that it reads */

G_END_DECLS
