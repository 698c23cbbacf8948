"""Synonyms to begin with; staff edit them from here on."""

from django.db import migrations

STARTERS = """
laptop, notebook
tv, television
smartphone, cell phone, mobile phone
headphones, earphones, headset
computer, pc
hard drive, hdd, hard disk
ssd, solid state drive
usb stick, usb flash drive, flash drive, thumb drive
power bank, external battery
webcam, web camera
fridge, refrigerator
stove, cooker
vacuum cleaner, hoover
sofa, couch, settee
rug, carpet
trash can, garbage can, waste bin
flashlight, torch
sneakers, trainers
pants, trousers
sweater, jumper, pullover
diaper, nappy
stroller, pushchair, buggy
soccer, football
bike, bicycle
bbq, barbecue
wifi, wi-fi, wlan
t-shirt, tee shirt, tshirt
kids, children
mug, cup
skillet, frying pan, fry pan
comforter, duvet, quilt
bookcase, bookshelf
secateurs, pruners, pruning shears
wrench, spanner
cutlery, flatware, silverware
sheet pan, baking sheet, cookie sheet
dinnerware, tableware, crockery
water bottle, thermos, flask
night light, nightlight
lawn mower, lawnmower
cardigan, knitwear
purse, handbag
suitcase, luggage
hair dryer, blow dryer, hairdryer
perfume, fragrance, eau de parfum
lotion, moisturizer, face cream
crib, cot
baby carrier, baby sling
leash, lead
kitty, cat
puppy, dog
drill, drill driver
ladder, stepladder
glasses, goggles
barbell, dumbbell, weights
doona, duvet
ereader, e-reader, ebook reader
turntable, record player
soundbar, sound bar
earbuds, in-ear headphones
charger, power adapter
mattress, bed mattress
armchair, easy chair, recliner
drawers, dresser, chest of drawers
novel, fiction
shampoo, hair wash
""".strip().splitlines()


def add_starters(apps, schema_editor) -> None:
    synonyms = apps.get_model("catalog", "Synonyms")
    synonyms.objects.bulk_create(
        [synonyms(words=words) for words in STARTERS], ignore_conflicts=True
    )


def remove_starters(apps, schema_editor) -> None:
    apps.get_model("catalog", "Synonyms").objects.filter(words__in=STARTERS).delete()


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunPython(add_starters, remove_starters)]
