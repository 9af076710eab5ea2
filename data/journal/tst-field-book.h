/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-clock.h"
#include "base/tst-place.h"
#include "media/tst-media-store.h"
#include "model/tst-town.h"
#include "record/tst-body.h"
#include "record/tst-envelope.h"
#include "store/tst-store.h"

G_BEGIN_DECLS

/**
 * TstFieldBook:
 *
 * A device's data folder: its keys, journal, media and projections, and every act that adds a record to it. This is the
 * one door through which testigoctl and the app write.
 *
 *     FOLDER/testigo.db, testigo.lock   the store      FOLDER/media/    files by content
 *     FOLDER/keys/field.key, open.key   0600           FOLDER/town.json what enrolment gave (public keys, recipients)
 *
 * Every act does, in this order: media to their content address (durable), then one transaction: journal row (envelope, body,
 * sealed parts), projections, outbox. When it returns, it is on the disk and «Guardado» may be said. All functions here
 * block on the disk and may be called from any thread but the store's and, in the app, the main one: there use the
 * _async forms of tst-field-book-async.h.
 *
 * The open chain (contributions, surveys): ids random, time to the hour, anchor the one held when the event was opened, bodies
 * sealed to central's intake key before they touch the disk, tables of their own so that nothing ties them to the attendance sheet.
 */
#define TST_TYPE_FIELD_BOOK (tst_field_book_get_type ())
G_DECLARE_FINAL_TYPE (TstFieldBook, tst_field_book, TST, FIELD_BOOK, GObject)

/* Makes keys and store in @folder (TST_ERROR_WRONG_STATE if there is one already) and writes the first records. */
TstFieldBook *tst_field_book_create (const char *folder, const char *name, TstClock *clock, GError **error);
/* TST_ERROR_STORE_MISSING when there is none: it never makes one by itself (the card may not be mounted). */
TstFieldBook *tst_field_book_open (const char *folder, TstClock *clock, GError **error);
void tst_field_book_close (TstFieldBook *self);

const char *tst_field_book_get_folder (TstFieldBook *self);
const char *tst_field_book_get_name (TstFieldBook *self);
TstStore *tst_field_book_get_store (TstFieldBook *self);           /* (transfer none) */
TstMediaStore *tst_field_book_get_media (TstFieldBook *self);      /* (transfer none) */
/* The municipality's profile: FOLDER/profile.json, else the shipped one. Does not change while the book is open. */
const TstTown *tst_field_book_get_profile (TstFieldBook *self); /* (transfer none) */
TstClock *tst_field_book_get_clock (TstFieldBook *self);           /* (transfer none) */
TstSigningKey *tst_field_book_get_key (TstFieldBook *self, TstChain chain); /* (transfer none) field or open */
gboolean tst_field_book_had_unclean_start (TstFieldBook *self);

/* --- the town --- */

/**
 * TstTownKeys:
 *
 * What the enrolment text said (sync/protocol/README.md § 1). Immutable; free with tst_town_keys_free().
 */
typedef struct
{
  char *url;
  TstVerifier *log, *records, *http;
  char **pins;
  char *officer, *escrow, *intake; /* age recipients */
  char *code, *name, *town;
} TstTownKeys;
/* What the two texts that machines hand to each other begin with. */
#define TST_TOWN_CODE_PREFIX "TESTIGO1:"
#define TST_EVENT_CODE_PREFIX "TESTIGO-EVENT1:"
TstTownKeys *tst_town_keys_parse (const char *enrolment_text, GError **error); /* TST_ERROR_BAD_ENROLMENT */
char *tst_town_keys_write (const TstTownKeys *self); /* the text "TESTIGO1:…" */
void tst_town_keys_free (TstTownKeys *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstTownKeys, tst_town_keys_free)

gboolean tst_field_book_enrol (TstFieldBook *self, const char *enrolment_text, GError **error);
/* The same when the town's log ended and another one began (TST_ERROR_NEW_ORIGIN of tst_field_book_enrol()), and a person here accepts
 * that: every record is owed to the new log again, and the newest checkpoint of the old one is kept in FOLDER/quarantine. */
gboolean tst_field_book_accept_origin (TstFieldBook *self, const char *enrolment_text, GError **error);
TstTownKeys *tst_field_book_dup_town_keys (TstFieldBook *self); /* NULL before enrolment */

/* --- acts --- */

/* Who does it: every field body names its author among the tablet's staff. */
typedef struct
{
  const char *id;   /* UUID of the staff member, or NULL: "device" (commands without a person) */
  const char *name; /* internal zone: in the body, never in the envelope */
  const char *role;
} TstAuthor;
void tst_field_book_set_author (TstFieldBook *self, const TstAuthor *author); /* for the acts that follow; copied */

typedef struct
{
  const char *type;       /* code list "espacio" */
  const char *title;
  const char *work;       /* (nullable) */
  gint64 starts_s, ends_s; /* 0: now, open end */
  int hold_hours;         /* for the open chain; < 1: the default, 1 */
} TstEventSpec;
char *tst_field_book_open_event (TstFieldBook *self, const TstEventSpec *spec, GError **error); /* its id */
/* Text made by tst_field_book_event_join_text() on another tablet, or an event sent down by central. */
char *tst_field_book_join_event (TstFieldBook *self, const char *text, GError **error);
char *tst_field_book_event_join_text (TstFieldBook *self, const char *event_id, GError **error);
/* A record with heads and counts per chain, which it returns as JSON; makes held open records due. */
JsonObject *tst_field_book_close_event (TstFieldBook *self, const char *event_id, GError **error);

typedef struct
{
  const char *event_id;
  const char *work;       /* (nullable) */
  const char *phase;      /* (nullable) antes, durante, después, hito, novedad: code list */
  const char *item;       /* (nullable) code list ítem de obra */
  const char *viewpoint;  /* (nullable) id of the viewpoint whose framing it repeats */
  const char *need;       /* (nullable) code list photo-need: which photo of a visit's checklist it is */
  const char *caption, *alt;
  const TstPlace *place;  /* (nullable) overrides EXIF */
  const TstPlace *else_place; /* (nullable) where the file itself tells no place; before that of the work */
  gboolean from_camera;   /* "origin": camera or import */
  const char *display_name; /* file name as the person knows it; goes into the body */
} TstPhotoSpec;

typedef struct
{
  char *id;
  TstMediaRef media;
  const char *type;       /* mime */
  guint width, height;
  char *taken_at;         /* RFC 3339 or NULL */
  char *taken_at_source;  /* "exif", "exif-local" (offset from the configured zone), "gps", "clock", "none" */
  gboolean has_place;
  TstPlace place;
} TstPhotoResult;
void tst_photo_result_clear (TstPhotoResult *self);
gboolean tst_field_book_add_photo (TstFieldBook *self, const TstPhotoSpec *spec, const char *path,
                                   TstPhotoResult *result, GCancellable *cancellable, GError **error);

/* JSON as interface.md lists it; unknown fields are refused by name; TST_ERROR_TOWN_KEYS_MISSING before enrolment. Returns the new
 * record's id. Attendance needs consent.data true (TST_ERROR_CONSENT_MISSING) and stores the hash of the notice shown. */
char *tst_field_book_add_attendance (TstFieldBook *self, const char *event_id, JsonObject *fields, GError **error);
char *tst_field_book_add_comment (TstFieldBook *self, const char *event_id, JsonObject *fields,
                                  char **provisional_number, char **due_on, GError **error);
/* The same with what was said and shown (element-type TstAttachment, nullable): sealed before it touches the disk. With a voice the text may be missing. */
char *tst_field_book_add_contribution (TstFieldBook *self, const char *event_id, JsonObject *fields, GPtrArray *attachments,
                                       char **provisional_number, char **due_on, GError **error);
/* @attachments: (element-type TstAttachment) (nullable): photographs and voices, by the names that answers of type image and audio call them; what no
 * answer names is left out. */
char *tst_field_book_add_survey (TstFieldBook *self, const char *event_id, const char *form, JsonObject *answers, GPtrArray *attachments,
                                 GError **error);
char *tst_field_book_add_note (TstFieldBook *self, const char *event_id, const char *work, const char *text, GError **error);

/* New records that name an old one. @changes: member names of the old content that may change (caption, alt, phase, item, work, place, title…; for
 * attendance the sealed person is replaced whole). withdraw: the citizen's or author's wish, after sync; discard: staff's own slip,
 * the content need not go up. Both destroy nothing by themselves that central was already told to keep. */
char *tst_field_book_amend (TstFieldBook *self, const char *record_id, JsonObject *changes, GError **error);
char *tst_field_book_withdraw (TstFieldBook *self, const char *record_id, const char *reason, GError **error);
char *tst_field_book_discard (TstFieldBook *self, const char *record_id, GError **error);

/* One record naming the file's hash (the file is kept as a medium with role "catalogue"); rows are not records. @on_refused gets
 * row number, code and message. */
typedef void (*TstRowRefused) (guint row, const char *code, const char *message, gpointer user_data);
typedef struct
{
  guint added, updated, unchanged, rejected;
} TstImportCounts;
gboolean tst_field_book_import_works (TstFieldBook *self, const char *path, TstRowRefused on_refused, gpointer user_data,
                                      TstImportCounts *counts, GCancellable *cancellable, GError **error);

/* --- looking --- */

typedef gboolean (*TstRowFunc) (JsonObject *row, gpointer user_data); /* FALSE stops; runs on the calling thread */
typedef struct
{
  const char *search;     /* (nullable) words, any order, accents and case ignored */
  gboolean near;
  double latitude, longitude;
  guint limit;            /* 0: all */
  guint offset;
  const char *event_id, *work, *status; /* (nullable) filters where they make sense */
  const char *day;        /* (nullable) "2026-03-27", of photos: the camera's own date, else the device's */
  gboolean within;        /* of photos: taken inside these degrees */
  double south, west, north, east;
} TstQuery;
/* @what: "works", "events", "photos", "captures", "capture-groups", "capture-count", "capture-places", "attendance", "comments", "surveys", "records", "outbox", "shipments", and of a visit
 * "viewpoints", "progress", "checks", "findings", "commitments", "commitment-closes", "signatures", "stream", "anchors", "moments". Rows have the members that testigoctl
 * prints (data/journal/README.md lists them). */
gboolean tst_field_book_list (TstFieldBook *self, const char *what, const TstQuery *query, TstRowFunc func,
                              gpointer user_data, GError **error);
/* {"envelope": text, "body": object or null when sealed, "state": …} */
JsonObject *tst_field_book_show_record (TstFieldBook *self, const char *record_id, GError **error);
JsonObject *tst_field_book_status (TstFieldBook *self, GError **error); /* members of testigoctl status */

/* Every envelope's signature and chain, every body, part, receipt and checkpoint; @deep: every medium's bytes too. @on_fault gets {device, chain, seq
 * or sha256, code}. TRUE even with faults; *@counts has records, media, faults. */
gboolean tst_field_book_verify (TstFieldBook *self, gboolean deep, TstRowFunc on_fault, gpointer user_data,
                                JsonObject **counts, GCancellable *cancellable, GError **error);
/**
 * tst_field_book_verify_record:
 * @record_id: of this device
 *
 * One record against everything that was signed, hashed or proved, from what lies on this device alone: signature, place in the chain, body,
 * parts, the bytes of its media, proof of inclusion against the signed checkpoint, holding receipts. Reads only; blocks on the disk.
 *
 * Returns: (transfer full): {"envelope", "body" (absent when sealed or erased), "state", "record" (hex text hash), "device", "chain", "seq",
 * "faults": [{"code", …}], "media": [{"sha256", "bytes", "type"}]} and, once central proved it, "proof" {"index", "size", "hashes": [base64],
 * "checkpoint": text of the note, "file": a C2SP tlog-proof} and "holding" {"issued_at", "count" of receipts, "note": the newest}.
 * TST_ERROR_NOT_FOUND, TST_ERROR_CANCELLED.
 */
JsonObject *tst_field_book_verify_record (TstFieldBook *self, const char *record_id, GCancellable *cancellable, GError **error);
/* Drops all projections, makes them anew from the journal, says whether they came out equal. */
gboolean tst_field_book_rebuild (TstFieldBook *self, gboolean *equal, GError **error);

G_END_DECLS
