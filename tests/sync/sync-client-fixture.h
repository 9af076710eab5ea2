/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-error.h"
#include "client/tst-sync-client.h"
#include "fake-central.h"

/* A tablet with a dozen photographs and a few attendees, its transport, and a central that can be told to lie. */

#define PHOTOS 12
#define ATTENDEES 7

typedef struct
{
  JournalFixture *town;
  FakeCentral *central;
  FakeServer *server;
  TstSyncClient *client;
  char *event;
  TstSyncSummary summary;
} Fixture;

double no_jitter (void);
void new_client (Fixture *fixture);
void set_up_empty (Fixture *fixture, gconstpointer data);
void set_up (Fixture *fixture, gconstpointer data);
void tear_down (Fixture *fixture, gconstpointer data);
TstOutboxCounts counts_of (Fixture *fixture);
guint count_records (Fixture *fixture);
void run_well (Fixture *fixture, guint patience_s);
void run_badly (Fixture *fixture, guint patience_s, TstError code);
void assert_all_received (Fixture *fixture);
