/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "journal/tst-field-book.h"

G_BEGIN_DECLS

/* A field book as large as a big town's: @works works of a made-up CSV and @captures photographs, each file of its own bytes, in one event.
 * Left as it is when @folder exists. (transfer full) the folder, open. */
TstFieldBook *bench_store_open (const char *folder, guint works, guint captures);
/* @n JPEG files of 4000×3000 with bytes of their own in @folder, made from one. */
void bench_photos_make (const char *folder, guint n);

G_END_DECLS
