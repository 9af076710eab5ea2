/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"
#include "media/tst-picture.h"

G_BEGIN_DECLS

/**
 * TstModeration:
 *
 * A person's decisions. Each is a record on central's own chain and does its work through the projection, so that a rebuild comes to the same.
 * All functions block (disk, pictures): worker threads only. Decisions are taken one at a time, under a lock of their own.
 *
 * Bodies of the records (kind "decision"; all with "target": id, "target_hash" and "target_record": the text hash in base64 and in hex, "target_device", and
 * "by": {"account": UUID, "role"} of whoever sat at the desk, absent for a command typed at central itself; never a name):
 *
 *     accept    "redacted": bool (the body is not revealed), "reason"?, "shown": {…} (what is public of the content),
 *               "derivatives": [{"sha256": hex, "width", "height", "bytes", "type"? (absent: image/jpeg)}], "covers"? [[x, y, width, height]] (TstCover)
 *     withhold, retire   "reason", "note"? (a person's own words; internal)
 *     erase     "reason", "destroyed": [hex] (bodies, sealed parts, media, derivatives; those of central's records about it too), "published": bool (it
 *               was public once)
 *     answer    "number", "text"          radicado     "number", "value"
 *     assign    "number", "dependency"    pass-on      "number", "to" (another body, Ley 1755 art. 21), "note"?
 *     process   "number"                  answer-live  "number", "note"? (stream and moment)
 *     reply-sent "number" (the data officer's word that the author was told by their own means)
 */
typedef struct _TstModeration TstModeration;

/* @derive_worker: (nullable): path of testigo-derive; NULL: $TESTIGO_DERIVE, else beside the program, else libexec. */
TstModeration *tst_moderation_new (TstCentral *central, const char *derive_worker);
void tst_moderation_free (TstModeration *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstModeration, tst_moderation_free)

typedef enum
{
  TST_VERDICT_ACCEPT,   /* "accept" */
  TST_VERDICT_WITHHOLD, /* "withhold" */
  TST_VERDICT_RETIRE,   /* "retire" */
  TST_VERDICT_ERASE     /* "erase" */
} TstVerdict;

/* @row: {"id", "state", …} of an item that was done, or NULL with @error. */
typedef void (*TstModerationResult) (const char *id, JsonObject *row, const GError *error, gpointer user_data);

/**
 * tst_moderation_decide:
 * @ids: (nullable): NULL-terminated; NULL: all that is pending (with TST_VERDICT_ACCEPT or _WITHHOLD only). Items that descend from a fork
 *   are then left out with TST_ERROR_FORK: they want to be named
 * @reason: (nullable): a code of tst_reasons(), or a person's own words (kept internal, counted as "otro")
 * @redacted: accept: the body stays internal although it could be revealed
 *
 * Item codes: not-found, wrong-state, missing-content (not all media are held yet), consent-missing (a contribution whose
 * author did not allow it), refused (attendance and surveys are never published), not-an-image, damaged-image, too-large, fork.
 * FALSE only when nothing can go on (disk, log).
 */
gboolean tst_moderation_decide (TstModeration *self, TstVerdict verdict, const char *const *ids, const char *reason,
                                gboolean redacted, TstModerationResult result, gpointer user_data,
                                GCancellable *cancellable, GError **error);

/* More than a verdict: what is covered of one item that is accepted. */
typedef struct
{
  const char *reason;     /* (nullable) as above */
  gboolean redacted;
  const TstCover *covers; /* (nullable) parts of its picture that are painted over */
  guint n_covers;
  JsonObject *texts;      /* (nullable) member of what is shown → its text with parts covered (tst_text_covered()) */
} TstDecision;

/* tst_moderation_decide() with all of @decision; covers and texts are for one item. TST_ERROR_BAD_VALUE when a text was changed and not only
 * covered. With covers or texts the item is published as "redacted". */
gboolean tst_moderation_decide_fully (TstModeration *self, TstVerdict verdict, const char *const *ids, const TstDecision *decision,
                                      TstModerationResult result, gpointer user_data, GCancellable *cancellable, GError **error);

/* Whose decisions come from now on: an account's id and role. Before the first decision of @self. */
void tst_moderation_set_by (TstModeration *self, const char *account, const char *role);

/* To the contribution of that provisional number (spelling tolerant). TST_ERROR_NOT_FOUND, _BAD_VALUE (check symbol, empty text),
 * _WRONG_STATE (its author took it back). */
gboolean tst_moderation_answer (TstModeration *self, const char *number, const char *text, GError **error);
gboolean tst_moderation_radicado (TstModeration *self, const char *number, const char *value, GError **error);
gboolean tst_moderation_assign (TstModeration *self, const char *number, const char *dependency, GError **error);
gboolean tst_moderation_process (TstModeration *self, const char *number, GError **error);
gboolean tst_moderation_pass_on (TstModeration *self, const char *number, const char *to, const char *note, GError **error);
gboolean tst_moderation_answer_live (TstModeration *self, const char *number, const char *note, GError **error);
gboolean tst_moderation_reply_sent (TstModeration *self, const char *number, GError **error);

/* Codes are those of model/tst-reasons.h. */
const char *tst_moderation_reason_label (const char *code); /* never NULL: unknown codes are "Otro motivo" */

/* Removes files of erased media that a power cut left behind. Call when central was opened. */
gboolean tst_moderation_finish_erasures (TstCentral *central, GError **error);

G_END_DECLS
