/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What a citizen says and shows: with the words of a contribution, or as answers of a questionnaire. */
#define TST_VOICE_LIMIT_MS (2 * 60 * 1000)
#define TST_VOICE_MAX_BYTES (2u * 1024 * 1024)
#define TST_PAPERS_MAX 3u
#define TST_PAPER_MAX_BYTES (24u * 1024 * 1024) /* as the camera gave it */
#define TST_ANSWERS_SHOWN_MAX 12u               /* voices and photographs in one person's answers */
#define TST_PAPER_WIDTH 2000u                   /* as it is kept: small print of a letter stays legible */

typedef enum
{
  TST_ATTACHMENT_VOICE,
  TST_ATTACHMENT_PAPER,
} TstAttachmentKind;

/**
 * TstAttachment:
 *
 * One of them, in memory: nothing of it touches the disk before it is sealed. Counted (atomically); the last reference overwrites the bytes.
 */
typedef struct
{
  TstAttachmentKind kind;
  GBytes *bytes;
  gint64 duration_ms; /* of a voice */
  char *name;         /* (nullable): what an answer calls it; owned */
  gint count;
} TstAttachment;

/* Takes over @bytes, which nobody else may go on using. */
TstAttachment *tst_attachment_new (TstAttachmentKind kind, GBytes *bytes, gint64 duration_ms);
TstAttachment *tst_attachment_ref (TstAttachment *self);
void tst_attachment_unref (TstAttachment *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstAttachment, tst_attachment_unref)

const char *tst_attachment_kind_name (TstAttachmentKind kind); /* on the wire: "voice", "paper" */
const char *tst_attachment_kind_mime (TstAttachmentKind kind);

/* Not empty and not larger than its kind may be: TST_ERROR_BAD_VALUE, TST_ERROR_TOO_LARGE. */
gboolean tst_attachment_check (const TstAttachment *self, GError **error);
/* The one that an answer calls @name, and is of @kind; NULL if there is none. */
TstAttachment *tst_attachments_find (GPtrArray *attachments, TstAttachmentKind kind, const char *name); /* (transfer none) */
/* @attachments: (element-type TstAttachment) (nullable). At most one voice and TST_PAPERS_MAX papers, none empty or larger than its limit: else
 * TST_ERROR_TOO_LARGE or TST_ERROR_BAD_VALUE. */
gboolean tst_attachments_check (GPtrArray *attachments, GError **error);
gboolean tst_attachments_have_voice (GPtrArray *attachments);

/* For what is kept half written: sealed by whoever keeps it. Those that are too large together stay behind, the last ones first. */
JsonArray *tst_attachments_to_json (GPtrArray *attachments);
GPtrArray *tst_attachments_from_json (JsonArray *array); /* @array (nullable); what cannot be read is left out */

/**
 * tst_attachment_dup_clean:
 *
 * What is kept of it: of a paper a new JPEG of its pixels alone, since what a camera writes beside them tells the second and the tablet; of a
 * voice its bytes. Blocks on the processor.
 *
 * Returns: (transfer full): to be wiped; TST_ERROR_NOT_AN_IMAGE and the other errors of tst_picture_decode().
 */
GBytes *tst_attachment_dup_clean (const TstAttachment *self, GError **error);

G_END_DECLS
