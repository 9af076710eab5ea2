/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-attachment.h"
#include "journal/tst-field-book.h"

G_BEGIN_DECLS

/* The acts of TstFieldBook for a main loop: what blocks runs on threads of the book's own, the callback comes in the thread-default main
 * context of the caller. Acts that write are done one after the other in the order in which they were asked for; looking does not
 * wait for them. Everything handed in is copied. A cancellable stops what has not begun; what was saved is saved. Errors are those of
 * the blocking forms. */

/* Opens what is there, or makes a new one (@name not NULL and no data in @folder yet). */
void tst_field_book_open_async (const char *folder, const char *name, TstClock *clock, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
TstFieldBook *tst_field_book_open_finish (GAsyncResult *result, GError **error);

void tst_field_book_enrol_async (TstFieldBook *self, const char *enrolment_text, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
/* A person accepts that the town's log ended and another began (TST_ERROR_NEW_ORIGIN); tst_field_book_enrol_finish() ends it. */
void tst_field_book_accept_origin_async (TstFieldBook *self, const char *enrolment_text, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
gboolean tst_field_book_enrol_finish (TstFieldBook *self, GAsyncResult *result, GError **error);

void tst_field_book_open_event_async (TstFieldBook *self, const TstEventSpec *spec, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
void tst_field_book_join_event_async (TstFieldBook *self, const char *text, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
void tst_field_book_add_note_async (TstFieldBook *self, const char *event_id, const char *work, const char *text,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void tst_field_book_add_attendance_async (TstFieldBook *self, const char *event_id, JsonObject *fields,
                                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void tst_field_book_add_survey_async (TstFieldBook *self, const char *event_id, const char *form, JsonObject *answers,
                                      GPtrArray *attachments, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void tst_field_book_amend_async (TstFieldBook *self, const char *record_id, JsonObject *changes, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
void tst_field_book_withdraw_async (TstFieldBook *self, const char *record_id, const char *reason, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
void tst_field_book_discard_async (TstFieldBook *self, const char *record_id, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
/* For all of the above from open_event on: the new id. */
char *tst_field_book_act_finish (TstFieldBook *self, GAsyncResult *result, GError **error);

void tst_field_book_add_comment_async (TstFieldBook *self, const char *event_id, JsonObject *fields, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
/* @attachments: (element-type TstAttachment) (nullable): a reference to each is taken, the array may change. */
void tst_field_book_add_contribution_async (TstFieldBook *self, const char *event_id, JsonObject *fields, GPtrArray *attachments,
                                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *tst_field_book_add_comment_finish (TstFieldBook *self, GAsyncResult *result, char **provisional_number, char **due_on,
                                         GError **error);

void tst_field_book_add_photo_async (TstFieldBook *self, const TstPhotoSpec *spec, const char *path,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* @photo: (out): clear with tst_photo_result_clear() */
gboolean tst_field_book_add_photo_finish (TstFieldBook *self, GAsyncResult *result, TstPhotoResult *photo, GError **error);

void tst_field_book_close_event_async (TstFieldBook *self, const char *event_id, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
void tst_field_book_show_record_async (TstFieldBook *self, const char *record_id, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
void tst_field_book_status_async (TstFieldBook *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
/* {"added", "updated", "unchanged", "rejected", "refused": [{"row", "code", "message"}]} */
void tst_field_book_import_works_async (TstFieldBook *self, const char *path, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
void tst_field_book_verify_record_async (TstFieldBook *self, const char *record_id, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
/* The counts, with "list": the faults. */
void tst_field_book_verify_async (TstFieldBook *self, gboolean deep, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
/* For the six above. */
JsonObject *tst_field_book_object_finish (TstFieldBook *self, GAsyncResult *result, GError **error);

void tst_field_book_list_async (TstFieldBook *self, const char *what, const TstQuery *query, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
/* (element-type JsonObject) (transfer full) */
GPtrArray *tst_field_book_list_finish (TstFieldBook *self, GAsyncResult *result, GError **error);

G_END_DECLS
