/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"

G_BEGIN_DECLS

/* What an identity card and the open sheet say about whoever signs in: one piece for the kiosk's screens and for the form of the staff. */

typedef struct
{
  const char *id_type; /* code list, static */
  char *number, *name;
  gboolean minor;      /* today, by the calendar of the town */
} TstAttendanceCard;

/* @payload: of the code on the back. FALSE: it is no card. */
gboolean tst_attendance_card_read (TstAttendanceCard *self, TstSession *session, GBytes *payload);
void tst_attendance_card_clear (TstAttendanceCard *self); /* overwrites */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TstAttendanceCard, tst_attendance_card_clear)

/* Whether that document has signed in at this event, as far as this tablet noticed: without a PIN since the start it notices nothing. */
gboolean tst_attendance_is_repeated (TstSession *session, const char *id_type, const char *number);
void tst_attendance_note (TstSession *session, const char *id_type, const char *number); /* it has now */

G_END_DECLS
