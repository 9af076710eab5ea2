/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tst-capture.h"

#include <stdlib.h>

/* Puts the file of a recording into a tablet's store as the camera's page does. keep-recording STORE EVENT TYPE MILLISECONDS FILE; prints the id of the record. */
int
main (int argc, char **argv)
{
  g_autoptr (TstClock) clock = tst_clock_new_system ();
  g_autoptr (TstFieldBook) book = NULL;
  g_autoptr (GError) error = NULL;
  TstPhotoResult result = { 0 };
  TstCaptureSpec spec = { 0 };
  g_autoptr (GBytes) bytes = NULL;
  char *content = NULL;
  gsize length = 0;

  if (argc != 6)
    return 2;
  spec = (TstCaptureSpec) { .photo = { .event_id = argv[2], .alt = "Se oye una máquina" }, .type = argv[3], .duration_ms = atoi (argv[4]) };
  if (g_file_get_contents (argv[5], &content, &length, &error))
    {
      bytes = g_bytes_new_take (content, length);
      book = tst_field_book_open (argv[1], clock, &error);
    }
  if (book != NULL && tst_field_book_add_capture (book, &spec, bytes, &result, NULL, &error))
    g_print ("%s\n", result.id);
  tst_photo_result_clear (&result);
  if (book != NULL)
    tst_field_book_close (book);
  if (error != NULL)
    g_printerr ("%s\n", error->message);
  return error != NULL ? 1 : 0;
}
