/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "record/tst-note.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What lies in an archive on a memory stick (README.md § 9): the names of its members and the notes that its maker signs. */

#define TST_ARCHIVE_HEADER "header.note"
#define TST_ARCHIVE_MEMBERS "members.txt"
#define TST_ARCHIVE_END "end.note"
#define TST_ARCHIVE_NOTE_MAX (64 * 1024)
#define TST_ARCHIVE_MEMBERS_MAX (64 * 1024 * 1024)

/* --- who made it: the first member of every volume --- */

typedef struct
{
  char *origin;         /* of the log that it is for */
  TstVerifier *maker;   /* field key of the device that wrote the volume */
  gint64 time_s;
  char *event;          /* (nullable): only this event's content is in it */
  guint64 from;         /* size of the newest checkpoint that the maker had verified; 0: none */
  char *id;             /* of the export: 32 hexadecimal digits; the same in all its volumes */
  guint volume;         /* from 1 */
} TstArchiveHeader;
void tst_archive_header_clear (TstArchiveHeader *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TstArchiveHeader, tst_archive_header_clear)
GBytes *tst_archive_header_sign (const TstArchiveHeader *self, TstSigningKey *key);
/* The key comes with it: its name commits to it. TST_ERROR_BAD_SIGNATURE. */
gboolean tst_archive_header_open (GBytes *note, TstArchiveHeader *self, GError **error);

/* --- that it is whole: the last members --- */

typedef struct
{
  char id[33];
  guint volume;
  gboolean last;        /* no further volume belongs to it */
  guint members;
  TstHash list;         /* of members.txt, as sha256sum writes and checks it */
} TstArchiveEnd;
GBytes *tst_archive_end_sign (const TstArchiveEnd *self, TstSigningKey *key);
gboolean tst_archive_end_open (GBytes *note, TstVerifier *maker, TstArchiveEnd *self, GError **error);

void tst_archive_list_add (GString *list, const TstHash *sha256, const char *name);
/* Name → TstHash; NULL when a line cannot be read. */
GHashTable *tst_archive_list_parse (GBytes *list);

/* --- its content --- */

typedef enum
{
  TST_MEMBER_OTHER,    /* of the archive itself, or of a later version */
  TST_MEMBER_REGISTER, /* "register/<device>.<sum>.age": a registration request for a tablet that central never met */
  TST_MEMBER_RECORD,   /* "record/<hash of the envelope's text>.<sum>.age": a bundle of one record */
  TST_MEMBER_MEDIUM,   /* "medium/<hash of the bytes>.<sum>.age": those bytes */
  TST_MEMBER_HEADER    /* "header/<sum>.note": the header of an archive whose members are carried on */
} TstMemberKind;

/* <sum> is the first 16 digits of the SHA-256 of the member as it lies in the archive: whoever cannot open it still sees whether it is whole. */
char *tst_member_name (TstMemberKind kind, const TstHash *subject, const TstHash *sum);
TstMemberKind tst_member_parse (const char *name, TstHash *subject, char sum[17]);
gboolean tst_member_sum_is (const char sum[17], const TstHash *sha256);

/* --- registering by stick --- */

/* A signed request as § 1 posts it; "field" signs. */
GBytes *tst_archive_register_sign (const char *origin, const char *code, const char *name, TstSigningKey *field, TstSigningKey *open);
typedef struct
{
  char *code;
  TstVerifier *field, *open;
} TstArchiveRegister;
void tst_archive_register_clear (TstArchiveRegister *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TstArchiveRegister, tst_archive_register_clear)
gboolean tst_archive_register_open (GBytes *note, const char *origin, TstArchiveRegister *self, GError **error);

/* --- a relay's receipt --- */

typedef struct
{
  TstHash sha256; /* of the member */
  char *name;
} TstRelayLine;
/* Names the relay and proves nothing about central: nothing is ever freed on it. @lines: of TstRelayLine. */
GBytes *tst_relay_receipt_sign (const char *origin, gint64 time_s, GPtrArray *lines, guint first, guint n, TstSigningKey *relay);
gboolean tst_relay_receipt_open (GBytes *note, const char *origin, TstVerifier **relay, gint64 *time_s, GPtrArray **lines, GError **error);
#define TST_RELAY_LINES_MAX 4000 /* in one note */
GPtrArray *tst_relay_lines_new (void);
void tst_relay_lines_add (GPtrArray *lines, const TstHash *sha256, const char *name);

G_END_DECLS
