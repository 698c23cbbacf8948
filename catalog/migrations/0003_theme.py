"""Themes to begin with; staff edit them from here on."""

from django.db import migrations, models

STARTERS = {
    "gift, gifts, present, presents, gift idea, gift ideas": "",
    "something, stuff, things, items, products": "",
    "shoes, footwear": "sneakers, boots, sandals, slippers, loafers",
    "clothes, clothing, apparel": "shirt, t-shirt, sweater, jacket, pants, trousers, jeans, dress",
    "camping, camping gear, camping equipment": "tent, sleeping bag, sleeping pad, camp stove,"
    " camping chair, headlamp",
    "hiking gear, outdoor gear": "hiking backpack, tent, headlamp, hiking socks, hiking pants",
    "garden tools, gardening tools": "secateurs, trowel, spade, rake, hoe, pruner, shears,"
    " garden gloves, lawn mower",
    "power tools": "drill, impact driver, sander, circular saw, jigsaw",
    "hand tools": "hammer, screwdriver, wrench, pliers, socket set, pull saw, tape measure",
    "cookware, pots and pans": "skillet, saucepan, dutch oven, frying pan, stockpot, crepe pan",
    "bakeware": "sheet pans, rolling pin, mixing bowls, stand mixer",
    "dishes, plates": "dinnerware, bowls, mugs",
    "bedding, bed linen": "duvet, duvet cover, pillow, blanket, sheets",
    "make-up, makeup, cosmetics": "lipstick, mascara, eyeshadow, lip balm, make-up brush",
    "skin care, skincare": "moisturizer, face serum, cleanser, cream",
    "office supplies, stationery, school supplies, back to school": "notebook, pen, pens, pencils,"
    " planner, stapler, tape dispenser, envelopes",
    "home office, work from home": "office chair, standing desk, monitor, webcam, keyboard,"
    " laptop stand, desk lamp",
    "new baby, baby shower, newborn": "crib, stroller, car seat, baby carrier, baby bottles,"
    " diapers, bodysuits, swaddle blankets, baby monitor",
    "furniture": "sofa, table, chair, bed, bookcase, dresser, desk",
    "musical instrument, instrument": "guitar, piano, keyboard, ukulele, violin, drum kit,"
    " harmonica",
    "pet supplies, pets": "dog bed, dog food, cat food, cat litter, aquarium, pet carrier",
    "toy, toys": "puzzle, building blocks, train set, board game, plush, dollhouse, kite",
    "art supplies, craft supplies, crafts": "watercolor, modeling clay, pencils, brush",
    "lighting, lights": "lamp, chandelier, pendant, bulb, string lights",
    "storage": "shelf, bookcase, cabinet, toolbox, dresser, organizer",
    "tools": "drill, saw, hammer, screwdriver, wrench, sander",
    "breakfast": "oats, granola, coffee, tea, marmalade, honey, maple syrup",
    "baking": "stand mixer, rolling pin, sheet pans, mixing bowls, kitchen scale",
    "coffee gear, coffee equipment": "coffee maker, coffee grinder, french press, dripper",
    "sports equipment, sporting goods": "soccer ball, basketball, tennis racket, dumbbells",
    "audio, hi-fi": "speaker, headphones, turntable, soundbar, earbuds, radio",
    "outerwear": "jacket, parka, coat",
    "kitchen gadgets, kitchen appliances": "toaster, blender, stand mixer, kettle, coffee maker,"
    " kitchen scale, oven",
    "shaving": "safety razor, shaving brush, shaving soap",
    "snacks": "chocolate, granola, bars",
    "workout, fitness, gym equipment, exercise equipment": "dumbbells, kettlebell,"
    " resistance bands, yoga mat",
}


def add_starters(apps, schema_editor) -> None:
    theme = apps.get_model("catalog", "Theme")
    theme.objects.bulk_create(
        [theme(words=words, finds=finds) for words, finds in STARTERS.items()],
        ignore_conflicts=True,
    )


def remove_starters(apps, schema_editor) -> None:
    apps.get_model("catalog", "Theme").objects.filter(words__in=STARTERS).delete()


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_starter_synonyms")]
    operations = [
        migrations.CreateModel(
            "Theme",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "words",
                    models.CharField(
                        "words or phrases that shoppers type",
                        max_length=500,
                        unique=True,
                        help_text="Separated by commas, as: shoes, footwear",
                    ),
                ),
                (
                    "finds",
                    models.CharField(
                        "things that they find",
                        max_length=1000,
                        blank=True,
                        help_text="Separated by commas, as: sneakers, boots. Leave it empty if the"
                        " words fit any item, as: gift, present",
                    ),
                ),
            ],
            options={"ordering": ["words"]},
        ),
        migrations.RunPython(add_starters, remove_starters),
    ]
