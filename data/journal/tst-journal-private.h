/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-error.h"
#include "journal/tst-attachment.h"
#include "journal/tst-field-book.h"
#include "journal/tst-outbox.h"
#include "model/tst-town.h"

G_BEGIN_DECLS

/* What the files of data/journal share. Not for other folders. */

extern const TstMigration tst_field_migrations[];
extern const guint tst_field_n_migrations;

typedef struct
{
  const char *name;
  const char *dump; /* every column in a fixed order of rows */
  int columns;
} TstProjectionTable;
extern const TstProjectionTable tst_projection_tables[];
extern const guint tst_n_projection_tables;

#define TST_HOUR 3600
#define TST_SEALED_PART_SIZE 4096 /* of the plain text: one size for all, dummies too */

struct _TstFieldBook
{
  GObject parent_instance;
  char *folder, *name;
  TstClock *clock;
  TstStore *store;
  TstMediaStore *media;
  GTimeZone *zone;
  TstTown *profile;
  gboolean unclean_start;
  GThreadPool *acts, *looks; /* of tst-field-book-async.c: one thread for what writes, two for what reads */
  gboolean ready; /* opened whole: only then is closing clean */
  int medium_left; /* atomic: a medium may lie there whose record failed; the next start looks for it */

  GMutex mutex; /* guards what follows */
  TstSigningKey *keys[2];
  GPtrArray *retired_keys; /* kept alive for whoever still holds a pointer */
  TstTownKeys *town;       /* (nullable) */
  char *author_id, *author_name, *author_role;
};

/* --- lifecycle (tst-field-book.c) --- */

/* Counted copies taken under the lock. */
TstSigningKey *tst_field_book_ref_key (TstFieldBook *self, TstChain chain);
gboolean tst_field_book_require_town (TstFieldBook *self, TstTownKeys **town, GError **error);
gboolean tst_field_book_load_town (TstFieldBook *self, GError **error); /* town.json, if there is one */
/* After an unclean start: media that no record names go to FOLDER/quarantine. */
gboolean tst_field_book_quarantine_orphans (TstFieldBook *self, GError **error);
TstTownKeys *tst_town_keys_copy (const TstTownKeys *self);
/* Keys made by a retirement take their place on the disk and in the book. */
gboolean tst_field_book_take_new_keys (TstFieldBook *self, GError **error);
char *tst_field_book_key_path (TstFieldBook *self, TstChain chain, gboolean fresh);

/* --- threads for the main loop (tst-field-book-async.c) --- */
void tst_field_book_init_pools (TstFieldBook *self);
void tst_field_book_free_pools (TstFieldBook *self);

/* Small values by name in "meta"; on the store thread. */
char *tst_meta_dup_text (TstStore *store, const char *name);
gint64 tst_meta_get_int (TstStore *store, const char *name, gint64 fallback);
gboolean tst_meta_set_text (TstStore *store, const char *name, const char *value, GError **error);
gboolean tst_meta_set_int (TstStore *store, const char *name, gint64 value, GError **error);

/* --- a record on its way into the journal (tst-draft.c) --- */

/**
 * TstDraft:
 *
 * A record while it is being made: content, parts and media first, then sealed, then appended inside a transaction. The salt,
 * the id and the time are drawn when the draft is made, the number and the signature when it is appended.
 */
typedef struct
{
  TstChain chain;
  TstKind kind;
  char *type, *id;
  TstTimestamp time;
  JsonObject *content; /* own members; the frame and the lists come by themselves */
  JsonArray *media, *sealed;
  GPtrArray *parts;    /* of TstSealedPart */
  char *event, *work, *target; /* (nullable) */
  TstHash target_hash;
  JsonObject *local;   /* (nullable) open chain: what the own lists need */
  int hold_hours;      /* open chain; 0: goes at once */
  TstSigningKey *key;  /* (nullable) signs instead of the book's: the first record of new keys */
  char *author_id, *author_name, *author_role;

  /* after tst_draft_seal() */
  JsonObject *body;    /* as parsed back, or NULL on the open chain */
  GBytes *clear, *stored;
  GBytes *working;     /* (nullable) attendance: for the staff of the open event, never sent */
  TstHash body_hash;
  gboolean body_sealed;

  gboolean works_done; /* the rows of an import were written in the same transaction */

  /* after the append */
  TstEnvelope *envelope;
} TstDraft;

TstDraft *tst_draft_new (TstFieldBook *self, TstChain chain, TstKind kind, const char *type);
void tst_draft_free (TstDraft *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstDraft, tst_draft_free)

void tst_draft_set_event (TstDraft *self, const char *event); /* also in the content; NULL leaves it out */
void tst_draft_set_work (TstDraft *self, const char *work);
void tst_draft_set_string (TstDraft *self, const char *name, const char *value); /* NULL and "" leave it out */
void tst_draft_add_medium (TstDraft *self, const TstMediaRef *ref, const char *type, const char *origin, const char *role);
/* Pads the plain text to 4,096 bytes (@fixed: refuses more; else the next size class), seals it to officer and escrow. */
gboolean tst_draft_add_sealed (TstDraft *self, const TstTownKeys *town, JsonObject *plain, const char *what, gboolean fixed,
                               GError **error);
/* Writes the body; on the open chain seals it to the intake key. */
gboolean tst_draft_seal (TstDraft *self, TstFieldBook *book, GError **error);
gint64 tst_draft_get_hour (const TstDraft *self); /* the whole hour before its time, Unix seconds */

/* --- the journal (tst-journal.c); on the store thread, inside a transaction --- */

/* What must stand before a field record: a jump of the clock, a person seen for the first time. The append does it by itself; to
 * be called before by whoever reads the heads. Twice is once. */
gboolean tst_journal_prelude (TstFieldBook *self, TstStore *store, TstDraft *draft, GError **error);
gboolean tst_journal_append (TstFieldBook *self, TstStore *store, TstDraft *draft, GError **error);
/* The first record of a new key: nothing may come before it. */
gboolean tst_journal_append_first (TstFieldBook *self, TstStore *store, TstDraft *draft, GError **error);

/* Something to check or do in the same transaction, before the append (@draft may still be filled in and sealed). */
typedef gboolean (*TstBeforeAppend) (TstFieldBook *self, TstStore *store, TstDraft *draft, gpointer data, GError **error);
/* From any thread but the store's: one transaction. */
gboolean tst_journal_commit (TstFieldBook *self, TstDraft *draft, TstBeforeAppend before, gpointer data, GError **error);

typedef struct
{
  guint epoch;
  guint64 seq;     /* 0: none yet in this epoch */
  TstHash head;    /* zero when there is none */
  char device[80]; /* whose key signs this epoch */
} TstHead;
gboolean tst_journal_head (TstStore *store, TstChain chain, TstHead *head, GError **error);

/* A row as it lies in the journal. */
typedef struct
{
  TstChain chain;
  gint64 n;
  guint epoch;
  guint64 seq;
  TstHash text_hash, stored_sha256;
  char *id;
  GBytes *note, *body; /* body NULL when erased */
  gboolean body_sealed, erased;
  char *local;
} TstJournalRow;
void tst_journal_row_clear (TstJournalRow *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TstJournalRow, tst_journal_row_clear)
/* The row after @n; @row->note stays NULL at the end. */
gboolean tst_journal_next (TstStore *store, TstChain chain, gint64 n, TstJournalRow *row, GError **error);
/* By record id; TST_ERROR_NOT_FOUND. */
gboolean tst_journal_find (TstStore *store, const char *id, TstJournalRow *row, GError **error);

/* --- outbox (tst-outbox.c); on the store thread --- */

/* Appends TstSealedPart to @parts and their size to @bytes. */
gboolean tst_outbox_load_parts (TstStore *store, const TstHash *text_hash, GPtrArray *parts, gsize *bytes, GError **error);

/* --- projections (tst-projection.c); on the store thread, inside a transaction --- */

/* What append and rebuild both hand over; @body NULL when it is sealed or erased, then @local tells. */
typedef struct
{
  TstEnvelope *envelope;
  guint epoch;
  JsonObject *body, *local;
  gboolean erased;
  gboolean works_done; /* the rows of the import are in the tables already */
} TstProjected;
gboolean tst_journal_project (TstFieldBook *self, TstStore *store, const TstProjected *record, GError **error);
/* Sets what a withdrawn, discarded or erased record's item says. */
gboolean tst_projection_set_standing (TstStore *store, const char *id, const char *standing, GError **error);
gboolean tst_projection_dump_hash (TstStore *store, TstHash *hash, GError **error);

/* --- events (tst-events.c) --- */

typedef struct
{
  char *id, *type, *title, *work;
  gint64 starts_s, ends_s;
  int hold_hours;
  gboolean closed;
  char *anchor_origin; /* NULL: none was held */
  guint64 anchor_size;
  TstHash anchor_root;
} TstEvent;
void tst_event_clear (TstEvent *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TstEvent, tst_event_clear)
/* On the store thread: TST_ERROR_NOT_FOUND. */
gboolean tst_event_load (TstStore *store, const char *id, TstEvent *event, GError **error);
/* From any other thread, before something is added: joins an event that central assigned; TST_ERROR_EVENT_CLOSED. */
void tst_events_compact_if_due (TstFieldBook *self); /* after the close of an event, and at an opening that finds it undone */
gboolean tst_events_require_open (TstFieldBook *self, const char *id, TstEvent *event, GError **error);
/* TstBeforeAppend: the event of the draft is still open. */
gboolean tst_events_still_open (TstFieldBook *self, TstStore *store, TstDraft *draft, gpointer data, GError **error);

/* --- works (tst-catalogue.c) --- */

/* Reads the stored file of an import again; on the store thread. */
gboolean tst_catalogue_reapply (TstFieldBook *self, TstStore *store, JsonObject *body, GError **error);
gboolean tst_catalogue_overlay (TstStore *store, GError **error); /* what central sent wins over what was imported */
/* The work's own place; FALSE when the work is unknown or has none. On the store thread. */
gboolean tst_catalogue_touch (TstStore *store, GError **error); /* the works are other ones now: each change of the table says so */
gboolean tst_catalogue_place (TstStore *store, const char *code, double *latitude, double *longitude);

/* --- questionnaires (tst-forms.c); the first three on the store thread --- */

gboolean tst_forms_apply_import (TstFieldBook *self, TstStore *store, JsonObject *body, GError **error);
gboolean tst_forms_store_central (TstStore *store, JsonObject *form, gint64 rev, GError **error);
gboolean tst_forms_overlay (TstStore *store, GError **error);
gboolean tst_forms_list (TstFieldBook *self, const TstQuery *query, TstRowFunc func, gpointer user_data, GError **error);
/* What central publishes of the answers to each form, as it came: {"code", "as_of", "in": {"es", "en"}}. */
gboolean tst_forms_list_results (TstFieldBook *self, TstRowFunc func, gpointer user_data, GError **error);
gboolean tst_forms_store_results (TstStore *store, JsonObject *results, gint64 rev, GError **error);

/* --- citizens' forms (tst-citizen.c) --- */

/* Fills in draft content and sealed parts from what a person gave; used by adding and by amending. */
gboolean tst_citizen_fill_attendance (TstFieldBook *self, TstDraft *draft, const TstTownKeys *town, JsonObject *fields,
                                      GError **error);
gboolean tst_citizen_fill_contact (TstDraft *draft, const TstTownKeys *town, JsonObject *requester, GError **error);
/* Checks one member of a comment; shared with amendments. */
gboolean tst_citizen_check_comment_member (const char *name, JsonNode *value, GError **error);

/* --- media of the open chain (tst-open-media.c) --- */

#define TST_SEALED_MEDIUM_TYPE "application/age"
/* Cleans, pads and seals it, keeps the file and names it in the draft. From any thread but the store's. */
gboolean tst_open_media_add (TstFieldBook *self, TstDraft *draft, const TstTownKeys *town, const TstAttachment *attachment, GError **error);
/* After the close of an event: its sealed media in new files, in no order. Goes on where it was interrupted. */
gboolean tst_open_media_lay_anew (TstFieldBook *self, GError **error);

/* --- the open event's working copy (tst-event-sheet.c) --- */

/* Seals @plain to the event's own key, where staff made one; FALSE on an error only. From any thread but the store's. */
gboolean tst_event_sheet_seal (TstFieldBook *self, TstDraft *draft, JsonObject *plain, GError **error);
/* On the store thread, inside the transaction: keeps what was sealed; takes away that of a record. */
gboolean tst_event_sheet_follow (TstStore *store, TstDraft *draft, GError **error);
gboolean tst_event_sheet_forget (TstStore *store, const char *record, GError **error);

/* --- helpers (tst-draft.c) --- */

char *tst_hour_text (gint64 seconds);               /* RFC 3339 of the whole hour before */
char *tst_time_format_ms (gint64 microseconds);     /* with milliseconds */
gboolean tst_json_check_members (JsonObject *object, const char *const *known, GError **error); /* TST_ERROR_UNKNOWN_FIELD */

G_END_DECLS
