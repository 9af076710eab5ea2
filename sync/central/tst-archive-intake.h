/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-intake.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstArchiveIntake:
 *
 * What comes by hand (sync/protocol/README.md § 9): archives from memory sticks, and single members that a relay sends on. Records go the way of every
 * bundle, media are held under the same conditions; what is torn, altered or sealed for somebody else is refused by itself. Worker threads only.
 */
typedef struct _TstArchiveIntake TstArchiveIntake;
TstArchiveIntake *tst_archive_intake_new (TstCentral *central);
void tst_archive_intake_free (TstArchiveIntake *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstArchiveIntake, tst_archive_intake_free)

typedef struct
{
  void (*refused) (const char *item, const GError *error, gpointer user_data);
  /* A line of the receipts that go back to the devices; (transfer full). */
  void (*receipt) (JsonObject *line, gpointer user_data);
  gboolean (*cancelled) (gpointer user_data);
  gpointer user_data;
} TstArchiveListener;

typedef struct
{
  guint volumes;
  gboolean last;
  guint records, known_records; /* appended; in the log before */
  guint media, known_media;     /* now held; held before */
  guint registered;             /* tablets that central had not met */
  guint refused;
} TstArchiveSummary;

/* FALSE when nothing could be looked at, when central's own disk fails or its log is read-only: what was taken before that stays. */
gboolean tst_archive_intake_take (TstArchiveIntake *self, const char *path, const TstArchiveListener *listener, TstArchiveSummary *summary,
                                  GError **error);

/* One member that lies in a file. Errors are the member's: TST_ERROR_LOCKED, _HASH_MISMATCH, _BAD_VALUE, _REFUSED with central's code in @refusal
 * (transfer full) (nullable), or central's own as above. */
gboolean tst_archive_intake_take_member (TstArchiveIntake *self, const char *name, const char *path, char **refusal, GError **error);

G_END_DECLS
