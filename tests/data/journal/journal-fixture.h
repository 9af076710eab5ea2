/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-field-book.h"
#include "journal/tst-outbox.h"
#include "seal/tst-age.h"

G_BEGIN_DECLS

/* A data folder under a clock that stands, and a town whose keys the test holds: it can read what only central and the officer can. */
typedef struct
{
  char *folder, *outside; /* @outside: for files to import */
  TstFixedClock *clock;
  TstSigningKey *log, *records, *http;
  TstAgeIdentity *officer, *escrow, *intake;
  char *enrolment;
  TstFieldBook *book;
} JournalFixture;

#define FIXTURE_UTC_S 1774623845 /* 2026-03-27T15:04:05Z */
#define FIXTURE_ORIGIN "obras.villaluz.example/testigo"

JournalFixture *journal_fixture_new (gboolean enrolled);
void journal_fixture_free (JournalFixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JournalFixture, journal_fixture_free)
/* Closes and opens again. */
void journal_fixture_reopen (JournalFixture *self);

/* A small event; (transfer full) its id. */
char *journal_fixture_event (JournalFixture *self);
/* A JPEG of its own content; (transfer full) its path. */
char *journal_fixture_photo_file (JournalFixture *self, const char *name);
char *journal_fixture_add_photo (JournalFixture *self, const char *event, const char *name);
JsonObject *journal_fixture_attendee (const char *full_name);
char *journal_fixture_add_attendance (JournalFixture *self, const char *event, const char *full_name);
char *journal_fixture_add_comment (JournalFixture *self, const char *event, const char *text);

/* All rows of a list, of JsonObject. */
GPtrArray *journal_fixture_list (JournalFixture *self, const char *what, const char *event);
JsonObject *journal_fixture_row (GPtrArray *rows, const char *id); /* (transfer none) asserted */
guint journal_fixture_verify (JournalFixture *self, gboolean deep, GPtrArray **faults);
void journal_fixture_assert_rebuild_equal (JournalFixture *self);
/* The clear body of a record of the open chain, opened with central's key. */
JsonObject *journal_fixture_open_body (JournalFixture *self, const char *id);

/* What central would answer to everything that is due: proofs over one new tree and a holding for bodies and parts, with @media also for
 * those. */
void journal_fixture_receive (JournalFixture *self, TstChain chain, gboolean media);
/* A signed holding note in the protocol's form. */
GBytes *journal_fixture_holding_note (JournalFixture *self, const TstHeld *items, guint n);
TstDecision *journal_fixture_decide (JournalFixture *self, const char *type, const char *target, const TstHash *target_record,
                                     guint64 index);
/* What central sends down with the catalogue: one line {@name: …} ("form", "results"), @content a JSON object. */
void journal_fixture_catalogue_line (JournalFixture *self, const char *name, const char *content);
/* Runs @sql on the closed database, as a hand that should not be there would. */
void journal_fixture_tamper (JournalFixture *self, const char *sql);
/* Does @text occur in any file below the folder? Names it. (nullable) */
char *journal_fixture_grep (JournalFixture *self, const char *text);

G_END_DECLS
